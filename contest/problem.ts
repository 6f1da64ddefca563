import * as z from "zod";

/**
 * What is wrong with something that a person gave us: data, never an exception. `code` is stable (API clients and
 * golden tests key on it), `where` names the place (a node, a row, a line), `expected` and `found` are short texts,
 * `fix` says how to mend it.
 */
export const Problem = z.object({
  code: z.string().regex(/^[a-z][a-z0-9-]{1,63}$/),
  message: z.string().min(1).max(500),
  where: z.string().max(300).optional(),
  expected: z.string().max(300).optional(),
  found: z.string().max(300).optional(),
  fix: z.string().max(500).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** Carries problems out of deep parsing code; the parser's door catches it and returns `problems`. */
export class Refusal extends Error {
  readonly problems: Problem[];
  constructor(...problems: Problem[]) {
    super(problems.map((p) => p.code).join(", "));
    this.problems = problems;
  }
}
