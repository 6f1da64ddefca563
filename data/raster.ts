import "server-only";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { env } from "#env.ts";

const checkout = /*turbopackIgnore: true*/ process.cwd();
const packages = join(checkout, "node_modules");
/** They have Latin, Greek, Cyrillic, Hebrew and Arabic; a sign that they and PREVIEW_FONTS lack is drawn as an empty box. */
const FONTS = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((file) => join(packages, "dejavu-fonts-ttf/ttf", file));

/** What is used of the package @resvg/resvg-wasm. */
interface Renderer {
  initWasm(module: Uint8Array): Promise<void>;
  Resvg: new (
    svg: string,
    options: { font: { fontBuffers: Uint8Array[]; defaultFontFamily: string } },
  ) => { render(): { asPng(): Uint8Array; free(): void }; free(): void };
}

const kept = globalThis as { gauntletRenderer?: Promise<{ Resvg: Renderer["Resvg"]; fontBuffers: Uint8Array[] }> };

/** Loaded with the first picture, and by Node rather than the bundler: once a process, since it can be started once only. */
async function prepare() {
  const { initWasm, Resvg }: Renderer = createRequire(join(checkout, "package.json"))("@resvg/resvg-wasm");
  await initWasm(await readFile(join(packages, "@resvg/resvg-wasm/index_bg.wasm")));
  return { Resvg, fontBuffers: await Promise.all([...FONTS, ...env.PREVIEW_FONTS].map((file) => readFile(file))) };
}

/** The latest pictures by the hash of what they show: some 30 kB each. */
const drawn = new Map<string, Uint8Array<ArrayBuffer>>();
const MOST_DRAWN = 256;

/** Draws an SVG as a PNG, with fonts of its own and nothing from outside. Throws on what is no SVG. */
export async function drawPng(svg: string): Promise<Uint8Array<ArrayBuffer>> {
  const key = createHash("sha256").update(svg).digest("base64");
  const known = drawn.get(key);
  if (known) return known;
  kept.gauntletRenderer ??= prepare();
  const { Resvg, fontBuffers } = await kept.gauntletRenderer;
  const font = { fontBuffers, defaultFontFamily: "DejaVu Sans" };
  const resvg = new Resvg(svg, { font });
  const image = resvg.render();
  const png = new Uint8Array(image.asPng());
  // Both lie in the module's own memory, which nobody collects.
  image.free();
  resvg.free();
  if (drawn.size >= MOST_DRAWN) drawn.delete(drawn.keys().next().value!);
  drawn.set(key, png);
  return png;
}
