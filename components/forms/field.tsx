"use client";

import type { ComponentProps, ReactNode } from "react";
import { useField } from "#components/forms/form-state.ts";

interface About {
  name: string;
  label: string;
  hint?: ReactNode;
}

/** A line of text with its label, its hint and what was wrong with it; what was typed stays after a refusal. */
export function Field({ name, label, hint, defaultValue, className, ...input }: About & ComponentProps<"input">) {
  const { value, problem } = useField(name);
  return (
    <Labelled name={name} label={label} hint={hint}>
      <input
        {...input}
        {...described(name, problem !== undefined, hint)}
        className={`input w-full ${className ?? ""}`}
        defaultValue={input.type === "password" ? undefined : (value ?? defaultValue)}
      />
    </Labelled>
  );
}

/** Several lines of text; otherwise as Field. */
export function TextArea({ name, label, hint, defaultValue, ...area }: About & ComponentProps<"textarea">) {
  const { value, problem } = useField(name);
  return (
    <Labelled name={name} label={label} hint={hint}>
      <textarea
        rows={5}
        {...area}
        {...described(name, problem !== undefined, hint)}
        className="input w-full py-1.5"
        defaultValue={value ?? defaultValue}
      />
    </Labelled>
  );
}

function described(name: string, wrong: boolean, hint: ReactNode) {
  const about = [hint && `${name}-hint`, wrong && `${name}-problem`].filter(Boolean).join(" ");
  return { id: name, name, "aria-invalid": wrong || undefined, "aria-describedby": about || undefined };
}

/** Label, control, hint and problem of a field, in reading order. */
export function Labelled({ name, label, hint, children }: About & { children: ReactNode }) {
  const { problem } = useField(name);
  return (
    <div className="space-y-1">
      <label htmlFor={name} className="block font-medium text-[0.875rem]">
        {label}
      </label>
      {children}
      {problem && (
        <p id={`${name}-problem`} className="text-[0.875rem] text-broken">
          {problem.message} {problem.fix}
        </p>
      )}
      {hint && (
        <p id={`${name}-hint`} className="text-[0.8125rem] text-quiet">
          {hint}
        </p>
      )}
    </div>
  );
}
