import { MODULE } from "#evaluator/runner/kernels/module.ts";

type Loop =
  | "blendSteps"
  | "drawSigned"
  | "drawUniform"
  | "drawWords"
  | "gainBetween"
  | "largestChange"
  | "moveAlong"
  | "moveInBox"
  | "scaleChange"
  | "squaredChange"
  | "stepToPlane"
  | "stretchInBox";

const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(MODULE, "base64")));
const memory = exports.memory as WebAssembly.Memory;

/**
 * The loops of assembly/, which take four values at a time and give the same bits on every machine. They are given places
 * for arrays: `put` the arrays there, call, and `take` what came of it, before anything else of ours runs.
 */
export const loops = exports as unknown as Record<Loop, (...given: number[]) => number>;

const PAGE = 2 ** 16;
const VECTOR = 16;
/** Before the places: eight words of a random stream. */
const WORDS = 32;
const PLACES = 8;

let size = -1;
let stride = 0;
/** The places as arrays of `size`, and what fills each up to a whole number of vectors. */
let places: Float32Array[] = [];
let rests: Float32Array[] = [];
/** The eight words, a view that is new whenever the memory has grown. */
export let words: Int32Array;
layOut(0);

/** The address of place `number`, 0 to 7, for an array of `length` values. What lies there stays while the length does. */
export function placeFor(number: number, length: number): number {
  if (length !== size) layOut(length);
  return WORDS + number * stride;
}

/** Copies an array to place `number` and gives the address. */
export function put(number: number, values: Float32Array): number {
  const place = placeFor(number, values.length);
  places[number]!.set(values);
  rests[number]!.fill(0);
  return place;
}

/** Copies place `number` into an array as long as those that were put, or its beginning into what of one lies after `from`. */
export function take(number: number, into: Float32Array, from = 0): void {
  if (from === 0) into.set(places[number]!);
  else into.set(places[number]!.subarray(0, into.length - from), from);
}

function layOut(length: number): void {
  size = length;
  stride = Math.ceil((length * 4) / VECTOR) * VECTOR;
  const missing = Math.ceil((WORDS + PLACES * stride - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
  const { buffer } = memory;
  words = new Int32Array(buffer, 0, WORDS / 4);
  places = Array.from({ length: PLACES }, (_, k) => new Float32Array(buffer, WORDS + k * stride, size));
  rests = places.map(({ byteOffset }) => new Float32Array(buffer, byteOffset + size * 4, stride / 4 - size));
}
