import { expect, test } from "vitest";
import { drawPng } from "#data/raster.ts";
import { provide } from "#env.ts";

const words = (font: string) =>
  drawPng(
    `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><text y="30" font-family="${font}">iiiiWWWW</text></svg>`,
  );

test("the fonts that PREVIEW_FONTS names are drawn with", async () => {
  provide({ PREVIEW_FONTS: ":node_modules/dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf" });
  expect(await words("DejaVu Sans Mono")).not.toEqual(await words("A font that nobody has"));
});
