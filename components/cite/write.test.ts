import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { Citation } from "#components/cite/citation.ts";
import { citeBoard, citeBreak } from "#components/cite/cited.ts";
import { writeBibtex, writeCff } from "#components/cite/write.ts";

const anyText = fc.string({ unit: "binary", maxLength: 200 });
const at = new Date(Date.UTC(2026, 10, 2, 3, 4, 5, 678));

/** What CFF 1.2.0 requires, and the form of what is written besides. */
const Cff = z.strictObject({
  "cff-version": z.literal("1.2.0"),
  message: z.string().min(1),
  type: z.enum(["software", "dataset"]),
  title: z.string().min(1),
  authors: z.array(z.strictObject({ name: z.string().min(1) })).min(1),
  "date-released": z.iso.date(),
  url: z.url({ protocol: /^https?$/ }),
  abstract: z.string().min(1),
  keywords: z.array(z.string().min(1)).min(1),
  "repository-code": z.url().optional(),
  identifiers: z
    .array(z.strictObject({ type: z.literal("other"), value: z.string(), description: z.string() }))
    .min(1)
    .optional(),
});

function cited(name: string, over: Partial<Citation> = {}): Citation {
  return {
    ...{ key: "gauntlet-defense-d1", type: "software", title: `${name}: a defense`, authors: [name], at },
    ...{
      url: "https://example.org/defenses/d1",
      note: `Kept 41.2\u00a0%, says ${name}`,
      keywords: ["robustness"],
      ...over,
    },
  };
}

/** The fields of the one entry that `text` is, read as BibTeX reads them: braces count, behind a backslash too. */
function fieldsOf(text: string): Record<string, string> {
  const [, body] = /^@misc\{[a-z0-9-]+,\n([\s\S]*)\}\n$/.exec(text)!;
  const fields: Record<string, string> = {};
  let left = body!;
  while (left !== "") {
    const [head, name] = /^ {2}([a-z]+) = \{/.exec(left)!;
    let depth = 1;
    let end = head.length;
    for (; depth > 0; end++) {
      if (end >= left.length) throw new Error(`the field ${name} does not end`);
      depth += left[end] === "{" ? 1 : left[end] === "}" ? -1 : 0;
    }
    fields[name!] = left.slice(head.length, end - 1);
    expect(left.slice(end, end + 2)).toBe(",\n");
    left = left.slice(end + 2);
  }
  return fields;
}

test("whatever a name is made of, BibTeX reads the same fields, and TeX no command of it", () => {
  const commands =
    /\\(url|textbackslash|textbraceleft|textbraceright|textless|textgreater|textbar|textasciitilde|textasciicircum)\{|\\[#$%&_]/g;
  fc.assert(
    fc.property(anyText, (name) => {
      const fields = fieldsOf(writeBibtex(cited(name)));
      expect(Object.keys(fields)).toEqual(["title", "author", "year", "month", "howpublished", "note"]);
      const bare = Object.values(fields).join(" ").replaceAll(commands, "");
      expect(bare).not.toMatch(/[\\#$%&_^|<>]/);
      expect(bare).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
    }),
  );
});

test("a name with commas and an `and` stays one author", () => {
  const { author } = fieldsOf(writeBibtex(cited("Smith, J. and the {team} of 100%")));
  expect(author).toBe("{Smith, J. and the \\textbraceleft{}team\\textbraceright{} of 100\\%}");
});

test("whatever a name is made of, CITATION.cff has what the format requires, and the name", () => {
  fc.assert(
    fc.property(
      anyText.filter((text) => /[\p{L}\p{N}]/u.test(text)),
      (name) => {
        const read = Cff.parse(
          parse(writeCff(cited(name, { sha256: "0".repeat(64), code: "https://example.org/code" }))),
        );
        for (const letter of name.match(/[\p{L}\p{N}]/gu)!) expect(read.authors[0]!.name).toContain(letter);
      },
    ),
  );
});

test("a board is cited by the moment that it stood at, which its address has", () => {
  const board = { challenge: { slug: "made", title: "Made" }, at, ranked: 1 };
  const leader = { name: "First", author: { name: "Ada" }, robust: 0.5, n: 10 };
  const citation = citeBoard("https://example.org", { ...board, leader });
  expect(citation).toMatchObject({
    key: "gauntlet-made-2026-11-02",
    url: "https://example.org/challenges/made/defenses?at=2026-11-02T03:04:05Z",
    note: "1 defense ranked; First of Ada leads with 50.0\u00a0% robust accuracy (10 points).",
  });
  expect(citeBoard("https://example.org", { ...board, ranked: 0, leader: null }).note).toBe("0 defenses ranked.");
});

test("a break is its attacker's, or the house's", () => {
  const author = { handle: "ada", name: "Ada" };
  const fall = {
    ...{ id: "7", at, threshold: "broken" as const, under: 0.3, challenge: { slug: "made", title: "Made" } },
    ...{ defense: { id: "d1", name: "Thick skin", author }, claim: 0.9, n: 10, standingBefore: 9, standingAfter: 2 },
    ...{ taken: 7, lasted: 3_600_000, evaluation: null, version: "7" },
  };
  const mine = citeBreak("https://example.org", { ...fall, by: { name: "Push", attack: { id: "a1", author } } });
  expect(mine).toMatchObject({
    authors: ["Ada"],
    title: "Push against Thick skin: broken",
    url: "https://example.org/breaks/7",
  });
  expect(citeBreak("https://example.org", { ...fall, by: { name: "Square", attack: null } }).authors).toEqual([
    "Gauntlet",
  ]);
});
