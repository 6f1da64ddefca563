import fc from "fast-check";
import { expect, test } from "vitest";
import { CorrectionForm, correctables } from "#archive/correction.ts";
import { records } from "#archive/records.ts";

const form = (over: object) => ({ field: "claim", says: "50 %", source: "2003.01690", note: "", ...over });
const source = (text: string) => CorrectionForm.safeParse(form({ source: text })).data?.source ?? null;

test("each part of a record has a name of its own that a form may send back", () => {
  for (const record of records) {
    const values = correctables(record).map(({ value }) => value);
    expect(new Set(values).size).toBe(values.length);
    for (const field of values) expect(CorrectionForm.safeParse(form({ field })).success).toBe(true);
  }
});

test.each([
  ["2003.01690", "https://arxiv.org/abs/2003.01690"],
  ["arXiv:2003.01690v3", "https://arxiv.org/abs/2003.01690"],
  ["cs/0112017", "https://arxiv.org/abs/cs/0112017"],
  ["https://example.org/paper.pdf#page=3", "https://example.org/paper.pdf#page=3"],
])("the source %s is %s", (text, link) => expect(source(text)).toBe(link));

test.each([
  "",
  "my notes",
  "javascript:alert(1)",
  "data:text/html,x",
  "ftp://example.org/x",
  "//example.org",
  "https://",
  "https://a b",
])("the source %j is refused", (text) => expect(source(text)).toBeNull());

test("whatever is accepted as a source is a link of at most 500 letters to a host on the web", () => {
  fc.assert(
    fc.property(fc.oneof(fc.webUrl({ withFragments: true }), fc.string({ unit: "binary" })), (text) => {
      const link = source(text);
      if (link === null) return;
      expect(link.length).toBeLessThanOrEqual(500);
      expect(new URL(link).protocol).toMatch(/^https?:$/);
    }),
  );
});

test.each([
  ["says", ""],
  ["says", " "],
  ["says", "x".repeat(1001)],
  ["says", "two\nlines"],
  ["says", "\0"],
  ["says", "\u202eturned"],
  ["note", "x".repeat(1001)],
  ["source", `https://example.org/${"x".repeat(500)}`],
])("%s of %j is refused", (field, text) =>
  expect(CorrectionForm.safeParse(form({ [field]: text })).success).toBe(false),
);
