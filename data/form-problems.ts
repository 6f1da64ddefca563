import type { z } from "zod";
import type { Problem } from "#contest/problem.ts";

/** A zod error as problems, one for each field; `where` is the field's name (or `name`, for a single value). */
export function problemsOf(error: z.ZodError, name?: string): Problem[] {
  return error.issues.slice(0, 20).map((issue) => {
    const where = (issue.path.join(".") || name || "form").slice(0, 300);
    if (issue.code === "invalid_type" && /received undefined$/.test(issue.message))
      return { code: "missing-field", message: `The field "${where}" is missing.`, where };
    const code = issue.code === "unrecognized_keys" ? "unknown-field" : "bad-field";
    return { code, message: issue.message.slice(0, 500), where };
  });
}
