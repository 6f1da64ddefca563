import fc from "fast-check";
import { expect, test } from "vitest";
import { bibtexText, recordBibtex } from "#archive/bibtex.ts";
import { records } from "#archive/records.ts";

/** Whether each brace has its partner; BibTeX counts those behind a backslash too. */
function balanced(text: string): boolean {
  let depth = 0;
  for (const [sign] of text.matchAll(/[{}]/g)) {
    if (sign === "{") depth++;
    if (sign === "}" && --depth < 0) return false;
  }
  return depth === 0;
}

test("no text ends its field early", () => {
  fc.assert(fc.property(fc.string(), (text) => balanced(`{${bibtexText(text)}}`)));
});

test("every record gives two entries whose braces are balanced", () => {
  for (const record of records) {
    const made = recordBibtex(record, `https://example.org/archive/${record.id}`);
    expect(balanced(made), record.id).toBe(true);
    expect(made.match(/^@misc\{/gm)).toHaveLength(2);
  }
});

test("authors are written as BibTeX reads them", () => {
  const made = recordBibtex(records[0]!, "https://example.org/archive/defensive-distillation");
  expect(made).toContain("author = {Papernot and others},");
  expect(made).toContain("eprint = {1511.04508},");
});
