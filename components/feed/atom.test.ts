import fc from "fast-check";
import { expect, test } from "vitest";
import { recordAtom } from "#components/feed/record-feed.ts";
import { isolated, xmlText } from "#components/ui/xml-text.ts";

const SITE = "https://gauntlet.example.org";
const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const read = (xml: string) => xml.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name) => ENTITIES[name]!);
/** XML 1.0, production 2, less the characters that it discourages. */
const ALLOWED = /^[\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\u{10000}-\u{10ffff}]*$/u;
const anyText = fc.string({ unit: "binary", maxLength: 200 });

function feedOf(name: string, title = "Made") {
  const author = { handle: "them", name };
  const record = {
    ...{
      id: "7",
      kind: "broken",
      at: new Date(Date.UTC(2026, 10, 2)),
      threshold: "weakened",
      detail: {},
      flagged: null,
    },
    ...{ standingBefore: 9, standingAfter: 4, taken: 5, challenge: { slug: "made", title } },
    defense: { id: "d1", name, n: 10, claim: 0.5, author },
    ...{ attack: { id: "a1", name, author }, by: name },
  };
  return { name, path: "/defenses/d1", since: new Date(Date.UTC(2026, 10, 1)), records: [record] };
}

test("any text stands in XML as itself, less what XML does not allow", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const written = xmlText(text);
      expect(written).toMatch(ALLOWED);
      expect(written).not.toMatch(/[<>"']/);
      expect(read(written)).toBe([...text].filter((sign) => ALLOWED.test(sign)).join(""));
    }),
  );
});

test("whatever people call themselves and their things, a feed has the same elements", () => {
  const tags = (xml: string) => xml.match(/<[^>]*>/g)!.map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
  const plain = tags(recordAtom(SITE, feedOf("Ada")));
  fc.assert(
    fc.property(anyText, anyText, (name, title) => {
      const xml = recordAtom(SITE, feedOf(name, title));
      expect(tags(xml)).toEqual(plain);
      expect(xml).toMatch(ALLOWED);
    }),
  );
});

test("a name cannot break the line, nor turn the words around it", () => {
  expect(isolated("a\u202eb\u2069c\nd\u2028e")).toBe("\u2068abcde\u2069");
  const hebrew = "הגנה ".repeat(40);
  expect(recordAtom(SITE, feedOf(hebrew))).toContain(
    `<title>\u2068${hebrew}\u2069 is weakened: 90.0\u00a0% → 40.0\u00a0%</title>`,
  );
});

test("ids are the site's name, the day and the record's own number; a break links to its permalink", () => {
  const xml = recordAtom(`${SITE}:8443`, feedOf("Ada"));
  const ids = [...xml.matchAll(/<id>(.*)<\/id>/g)].map(([, id]) => id);
  expect(ids).toEqual([
    "tag:gauntlet.example.org,2026-11-01:feed/defenses/d1",
    "tag:gauntlet.example.org,2026-11-02:record/7",
  ]);
  expect(xml).toContain(`href="${SITE}:8443/breaks/7"`);
  expect(xml).toContain(`<link rel="self" type="application/atom+xml" href="${SITE}:8443/defenses/d1/feed.xml"/>`);
});
