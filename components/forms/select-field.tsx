"use client";

import type { ReactNode } from "react";
import { Labelled } from "#components/forms/field.tsx";
import { useField } from "#components/forms/form-state.ts";

interface Props {
  name: string;
  label: string;
  hint?: ReactNode;
  defaultValue: string;
  options: readonly { value: string; name: string }[];
}

/** A choice with its label, its hint and what was wrong with it; what was chosen stays after a refusal. */
export function SelectField({ name, label, hint, defaultValue, options }: Props) {
  const { value, problem } = useField(name);
  const about = [hint && `${name}-hint`, problem && `${name}-problem`].filter(Boolean).join(" ");
  const chosen = value ?? defaultValue;
  return (
    <Labelled name={name} label={label} hint={hint}>
      <select
        // A new key makes the browser take a new default after a refusal.
        key={chosen}
        id={name}
        name={name}
        className="input w-full"
        defaultValue={chosen}
        aria-invalid={problem !== undefined || undefined}
        aria-describedby={about || undefined}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.name}
          </option>
        ))}
      </select>
    </Labelled>
  );
}
