import type { ReactNode } from "react";

interface Props {
  path: string;
  /** What stays as it was when the form is sent; null and empty ones are left out. */
  kept?: Record<string, string | null | undefined>;
  children: ReactNode;
}

/** Filters as a plain form: they work without JavaScript, and their result is an address. */
export function FilterForm({ path, kept = {}, children }: Props) {
  return (
    <search>
      <form action={path} className="no-print flex flex-wrap items-end gap-x-4 gap-y-2">
        {Object.entries(kept).map(([name, value]) => value && <input key={name} type="hidden" {...{ name, value }} />)}
        {children}
        <button type="submit" className="button">
          Apply
        </button>
      </form>
    </search>
  );
}

interface TextProps {
  name: string;
  label: string;
  value: string | number | undefined;
  maxLength: number;
}

/** A line of text to filter by. */
export function TextFilter({ name, label, value, maxLength }: TextProps) {
  return (
    <label>
      <span className="label">{label}</span>
      <input className="input w-44" type="search" name={name} defaultValue={value} maxLength={maxLength} />
    </label>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  value: string | number | undefined;
  /** The choices, or the choices with the text that each is shown as. */
  options: readonly string[] | Record<string, string>;
}

/** One of several. */
export function ChoiceFilter({ name, label, value, options }: ChoiceProps) {
  const entries = Array.isArray(options) ? options.map((option) => [option, option]) : Object.entries(options);
  return (
    <label>
      <span className="label">{label}</span>
      <select className="input max-w-48" name={name} defaultValue={value}>
        {entries.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
