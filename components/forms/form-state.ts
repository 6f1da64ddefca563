import { createContext, useContext } from "react";
import type { Problem } from "#contest/problem.ts";

/** What a form knows after it was sent: what is wrong, what was typed, and what was done. */
export interface FormState {
  problems: Problem[];
  values: Record<string, string>;
  /** A sentence about what was done. */
  done?: string;
  /** Something that is shown this once, such as a new token. */
  secret?: string;
}

export const NOT_SENT: FormState = { problems: [], values: {} };

export const FormContext = createContext<FormState>(NOT_SENT);

/** What the form around a field knows of it. */
export function useField(name: string): { value: string | undefined; problem: Problem | undefined } {
  const { problems, values } = useContext(FormContext);
  return { value: values[name], problem: problems.find(({ where }) => where === name) };
}
