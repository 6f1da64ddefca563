import { type Problem, Refusal } from "#contest/problem.ts";
import { fixes } from "#onnx/fixes.ts";

/** What a function of this folder answers: a value, or what is wrong with the model that it was given. */
export type Outcome<T> = ({ ok: true } & T) | { ok: false; problems: Problem[] };

export type Details = Omit<Problem, "code" | "message">;

/** Text out of an untrusted file made fit for a message: printable, one line, at most `length` characters. */
export function shown(text: string, length = 80): string {
  const line = text.replace(/[^\x20-\x7e]/g, "?");
  return line.length > length ? `${line.slice(0, length - 3)}...` : line;
}

/** A problem whose texts are cut to the lengths that contest/problem.ts allows. */
export function problem(code: string, message: string, details: Details = {}): Problem {
  const cut: Problem = { code, message: shown(message, 500) };
  for (const key of ["where", "expected", "found"] as const)
    if (details[key] !== undefined) cut[key] = shown(details[key], 300);
  const fix = details.fix ?? fixes.get(code);
  if (fix !== undefined) cut.fix = shown(fix, 500);
  return cut;
}

/** Leaves the parsing for the nearest `attempt` with one problem. */
export function refuse(code: string, message: string, details: Details = {}): never {
  throw new Refusal(problem(code, message, details));
}

/** Runs `work` and turns a refusal into its problems. Other exceptions are bugs and pass through. */
export function attempt<T extends object>(work: () => T): Outcome<T> {
  try {
    return { ok: true, ...work() };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problems: error.problems };
    throw error;
  }
}
