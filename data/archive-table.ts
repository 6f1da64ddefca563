import "server-only";
import { z } from "zod";
import type { Column, Given, Paging } from "#data/table.ts";
import { direction, searchTextOf } from "#data/table-query.ts";

/** One of the choices, or any. */
export const anyOf = (choices: readonly string[]) => z.enum(["any", ...choices]).default("any");

/** The longest technique and author in the file are 167 and 119 characters: their links must find them. */
export const longText = searchTextOf(300);

/** What an address with `.json` or `.csv` is asked for: all rows at once, unless it names a size. */
export function wholeTable(given: Given): Given {
  return { size: "500", ...given };
}

/** Whether the texts together hold every word that was asked for; case and accents do not count. */
export function holdsAll(texts: string[], asked: string): boolean {
  if (asked === "") return true;
  const all = folded(texts.join("\n"));
  return folded(asked)
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function folded(text: string): string {
  return text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** Sorts rows that are all in memory by the query's column (what is empty comes last either way) and cuts the query's page out. */
export function cutPage<Row>(columns: readonly Column<Row>[], rows: readonly Row[], query: Paging & { sort: string }) {
  const { key, order } = direction(query.sort);
  const { value } = columns.find((column) => column.key === key)!;
  const sign = order === "asc" ? 1 : -1;
  const sorted = rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === "number" && typeof right === "number") return sign * (left - right);
    return sign * String(left).localeCompare(String(right), "en");
  });
  return { rows: sorted.slice((query.page - 1) * query.size, query.page * query.size), total: rows.length };
}
