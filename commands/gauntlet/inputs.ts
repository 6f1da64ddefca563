import { existsSync, readFileSync } from "node:fs";
import { channelsFirst } from "#arrays/layout.ts";
import { type NpyArray, readNpy } from "#arrays/npy.ts";

/** Labelled inputs: float32 [n, channels, height, width] and a class for each. */
export interface LabelledInputs {
  x: Float32Array;
  labels: Uint16Array;
  /** [channels, height, width]. */
  shape: number[];
  classes: number;
}

/**
 * Reads inputs and labels from .npy files. Inputs are [N, C, H, W], or [N, H, W, C] where the last axis is 1 or 3 and the
 * second is not; integers of 8 bits are divided by 255. Throws an Error of one line that names the file and what is wrong.
 */
export function readLabelled(pointsFile: string, labelsFile: string): LabelledInputs {
  const points = arrayOf(pointsFile);
  if (points.shape.length !== 4)
    throw new Error(`${pointsFile}: expected four axes, found [${points.shape.join(", ")}].`);
  const [n, ...axes] = points.shape as [number, number, number, number];
  const last = ![1, 3].includes(axes[0]!) && [1, 3].includes(axes[2]!);
  const shape = last ? [axes[2]!, axes[0]!, axes[1]!] : axes;
  const values = floatsOf(points);
  const x = last ? channelsFirst(values, shape) : values;
  if (x.some((value) => !(value >= 0 && value <= 1))) throw new Error(`${pointsFile}: expected values in [0, 1].`);
  const given = arrayOf(labelsFile);
  const labels = Array.from(given.data as ArrayLike<number | bigint>, Number);
  if (labels.length !== n) throw new Error(`${labelsFile}: expected ${n} labels, found ${labels.length}.`);
  if (labels.some((label) => !Number.isInteger(label) || label < 0 || label > 999))
    throw new Error(`${labelsFile}: expected classes from 0 to 999.`);
  return { x, labels: Uint16Array.from(labels), shape, classes: Math.max(...labels) + 1 };
}

function floatsOf({ dtype, data }: NpyArray): Float32Array {
  if (data instanceof Float32Array) return data;
  const scale = dtype === "u1" ? 255 : 1;
  const values = new Float32Array(data.length);
  for (let i = 0; i < values.length; i++) values[i] = Number(data[i]) / scale;
  return values;
}

function arrayOf(file: string): NpyArray {
  if (!existsSync(file)) throw new Error(`${file}: there is no such file.`);
  const read = readNpy(readFileSync(file));
  if (!read.ok) throw new Error(`${file}: ${read.problems[0]!.message}`);
  return read.array;
}
