import type { z } from "zod";
import type { Problem } from "#contest/problem.ts";

/** A zod error as problems, one for each field; `where` is the field's name (or `name`, for a single value). */
export function problemsOf(error: z.ZodError, name?: string): Problem[] {
  return error.issues.slice(0, 20).map((issue) => ({
    code: issue.code === "unrecognized_keys" ? "unknown-field" : "bad-field",
    message: issue.message.slice(0, 500),
    where: (issue.path.join(".") || name || "form").slice(0, 300),
  }));
}
