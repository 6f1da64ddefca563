import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import type { APIRequestContext } from "@playwright/test";
import { writeNpy } from "#arrays/npy.ts";
import { readNpz } from "#arrays/npz.ts";
import { writeNpz } from "#arrays/npz-write.ts";
import { decode } from "#onnx/decode.ts";
import { encode } from "#onnx/encode.ts";
import { elementTypes } from "#onnx/model.ts";

/** A file as playwright hands it to a form or to a request. */
export interface Upload {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

const SIDE = 28;
const PIXELS = SIDE * SIDE;

/**
 * Examples for the first `rows` points of a challenge with images of 28x28 in [0,1]: each block of 4x4 pixels is `steps`
 * of 255 brighter or darker, by a coin that is the same for all rows; clipped. Admissible where `steps` is at most the
 * epsilon.
 */
export async function examples(
  request: APIRequestContext,
  slug: string,
  { steps, rows }: { steps: number; rows: number },
): Promise<Upload> {
  const clean = await pointsOf(request, slug);
  const coins = Array.from({ length: (SIDE / 4) ** 2 }, () => (randomInt(2) === 0 ? steps : -steps));
  const x = Float32Array.from(clean.subarray(0, rows * PIXELS), (value, i) => {
    const [row, column] = [Math.floor(i / SIDE) % SIDE, i % SIDE];
    const coin = coins[Math.floor(row / 4) * (SIDE / 4) + Math.floor(column / 4)]!;
    return Math.min(1, Math.max(0, value + coin / 255));
  });
  const index = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row));
  const file = writeNpz(
    { x_adv: writeNpy({ shape: [rows, 1, SIDE, SIDE], data: x }), index: writeNpy({ shape: [rows], data: index }) },
    { compress: true },
  );
  return { name: "examples.npz", mimeType: "application/zip", buffer: Buffer.from(file) };
}

async function pointsOf(request: APIRequestContext, slug: string): Promise<Float32Array> {
  const answer = await request.get(`/api/v1/challenges/${slug}/points.npz`);
  const read = readNpz(await answer.body(), ["x"]);
  const x = read.ok ? read.arrays.get("x") : undefined;
  if (!(x?.data instanceof Float32Array)) throw new Error(`The points of ${slug} cannot be read.`);
  return x.data;
}

/** A baseline of a challenge that differs in one weight by less than its accuracy can tell, so that it is no duplicate. */
export function changedBaseline(slug: string, file: string): Upload {
  const read = decode(readFileSync(`challenges/${slug}/baselines/${file}`));
  if (!read.ok) throw new Error(`${file} cannot be read.`);
  const weights = [...read.model.graph.initializers.values()]
    .filter(({ type }) => type === elementTypes.float32)
    .sort((a, b) => b.data.length - a.data.length)[0];
  if (weights === undefined) throw new Error(`${file} has no weights.`);
  const data = Buffer.from(weights.data);
  data.writeFloatLE(data.readFloatLE(0) + randomInt(1, 1_000_000) * 1e-9, 0);
  weights.data = data;
  return { name: file, mimeType: "application/octet-stream", buffer: Buffer.from(encode(read.model)) };
}
