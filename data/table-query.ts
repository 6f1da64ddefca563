import { z } from "zod";
import type { Problem } from "#contest/problem.ts";
import type { Column, Given } from "#data/table.ts";

/** Every table is read in pages; deep pages cost as much as what they skip, hence the bounds. */
export const paging = {
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  size: z.coerce.number().int().min(10).max(500).default(50),
};

/** A search text: trimmed, at most `most` characters, empty when absent. */
export const searchTextOf = (most: number) =>
  z
    .string()
    .transform((text) => text.trim())
    .pipe(z.string().max(most))
    .default("");

/** The search text of most tables. */
export const searchText = searchTextOf(80);

/** `?sort=key` ascending or `?sort=-key` descending, over the columns that can be sorted. */
export function sorting<Row>(columns: readonly Column<Row>[], initial: string) {
  const keys = columns.filter((column) => column.sort).flatMap(({ key }) => [key, `-${key}`]);
  return z.enum(keys).default(initial);
}

/** Splits `-clean` into the column's key and Prisma's direction. */
export function direction(sort: string): { key: string; order: "asc" | "desc" } {
  return sort.startsWith("-") ? { key: sort.slice(1), order: "desc" } : { key: sort, order: "asc" };
}

/**
 * Reads search parameters one by one: what cannot be understood takes its default and is named in `problems`. Unknown
 * parameters are left alone, since links pick up all sorts; of repeated ones the first counts.
 */
export function readQuery<S extends z.ZodRawShape>(
  shape: S,
  given: Given,
): { query: z.infer<z.ZodObject<S>>; problems: Problem[] } {
  const problems: Problem[] = [];
  const entries = Object.entries<z.core.$ZodType>(shape).map(([key, schema]) => {
    const value = [given[key]].flat()[0];
    // An empty field of a form means that nothing was asked for.
    const parsed = z.safeParse(schema, value === "" ? undefined : value);
    if (parsed.success) return [key, parsed.data];
    problems.push({
      code: "bad-parameter",
      message: `The parameter "${key}" was not understood.`,
      where: key,
      expected: expectation(schema),
      found: String(value).slice(0, 100),
    });
    return [key, z.parse(schema, undefined)];
  });
  return { query: Object.fromEntries(entries), problems };
}

function expectation(schema: z.core.$ZodType): string {
  const {
    description,
    enum: choices,
    minimum,
    maximum,
    maxLength,
  } = z.toJSONSchema(schema, { unrepresentable: "any", io: "output" });
  if (description !== undefined) return description;
  if (choices) return `one of ${choices.join(", ")}`.slice(0, 300);
  if (minimum !== undefined) return `a whole number from ${minimum} to ${maximum}`;
  return `a text of at most ${maxLength ?? 80} characters`;
}
