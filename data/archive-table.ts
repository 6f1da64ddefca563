import "server-only";
import { z } from "zod";
import type { Given } from "#data/table.ts";
import { searchTextOf } from "#data/table-query.ts";

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
