import fc from "fast-check";
import { expect, test } from "vitest";
import { PREVIEW_SIZE, type Preview, previewSvg, wrap } from "#components/preview/preview-svg.ts";
import { drawPng } from "#data/raster.ts";

const anyText = fc.string({ unit: "binary", maxLength: 200 });
const at = (n: number) => new Date(Date.UTC(2026, 10, n));
const preview = (over: Partial<Preview> = {}): Preview => ({
  ...{ over: "Ours", title: "Thick skin", facts: ["41.2 % robust"], figure: null, ...over },
});
const steps = [
  { at: at(1), value: 0.9 },
  { at: at(5), value: 0.2 },
];

test("whatever is written on it, the picture has the same elements", () => {
  const tags = (svg: string) => svg.match(/<[^>]*>/g)!.map((tag) => tag.replaceAll(/"[^"]*"/g, '""'));
  const bars = (name: string) => previewSvg(preview({ figure: { bars: [{ name, value: 0.5, level: "broken" }] } }));
  fc.assert(
    fc.property(anyText, (name) => {
      expect(tags(bars(name || "x"))).toEqual(tags(bars("Ada")));
      expect(tags(previewSvg(preview({ over: name, facts: [name] })))).toEqual(tags(previewSvg(preview())));
    }),
  );
});

test("words fill lines of the width and number allowed, and an ellipsis says where some are left out", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.integer({ min: 5, max: 60 }), (words, columns) => {
      const lines = wrap(words, columns, 2);
      expect(lines.length).toBeLessThanOrEqual(2);
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(columns);
      const squeezed = (text: string) => text.replaceAll(/\s/g, "");
      const read = squeezed(lines.join(""));
      if (read === squeezed(words)) return;
      expect(read.endsWith("…")).toBe(true);
      expect(squeezed(words).startsWith(read.slice(0, -1))).toBe(true);
    }),
  );
});

test("wide letters take one and a half", () => {
  expect(wrap("防御力強化", 8, 1)).toEqual(["防御力強化"]);
  expect(wrap("防御力強化", 7, 1)).toEqual(["防御力強…"]);
  expect(wrap("防御力強化", 6, 2)).toEqual(["防御力強", "化"]);
});

/** Width and height as the head of a PNG has them. */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

test("it is drawn in its size, with letters in it, and names of other scripts as well", async () => {
  const empty = await drawPng(previewSvg(preview({ over: "", title: "", facts: [] })));
  for (const title of ["Thick skin", "הגנה חזקה", "دفاع قوي", "Ω".repeat(200)]) {
    const png = await drawPng(previewSvg(preview({ title, figure: { steps, until: at(9), claim: 0.6 } })));
    expect(sizeOf(png)).toEqual(PREVIEW_SIZE);
    expect(png.length).toBeGreaterThan(empty.length);
  }
});

test("the same picture is drawn once", async () => {
  const svg = previewSvg(preview({ title: "Once" }));
  expect(await drawPng(svg)).toBe(await drawPng(svg));
});
