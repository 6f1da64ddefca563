import type { Dtype } from "#arrays/dtype.ts";
import { channelsFirst, findLayout, layoutsOf } from "#arrays/layout.ts";
import { type NpyArray, readNpy } from "#arrays/npy.ts";
import { looksLikeNpy } from "#arrays/npy-header.ts";
import { readNpz } from "#arrays/npz.ts";
import { looksLikeZip } from "#arrays/zip-directory.ts";
import { type Problem, Refusal } from "#contest/problem.ts";

/** What a challenge expects of a file of adversarial examples. */
export interface Expected {
  /** Number of points. */
  count: number;
  /** One input as the challenge declares it, [channels, height, width]. */
  shape: readonly number[];
  /** Steps between 0 and 1 (255 for 8-bit images), null where any value may occur. */
  grid: number | null;
  /** Most bytes, of the file and of its arrays once inflated. */
  maxBytes: number;
}

export interface Examples {
  /** [rows]: the point that each row attacks, from 0; -1 where the file names one that does not exist. */
  index: Int32Array<ArrayBuffer>;
  /** [rows * prod(shape)], in the declared layout. NaN and infinities come through: rows are judged one by one. */
  x: Float32Array<ArrayBuffer>;
  /** As the file had them. */
  dtype: Dtype;
  /** False where float64 values had to be rounded to float32. */
  exact: boolean;
  /** Rows whose point another row names too, and rows whose point does not exist; ascending, inadmissible by rule 3. */
  duplicates: number[];
  outOfRange: number[];
  /** What was read in another way than the challenge declares, in sentences for the author. */
  notes: string[];
}

export type ExamplesResult = ({ ok: true } & Examples) | { ok: false; problems: Problem[] };

const NAMES = ["x_adv", "adv_complete", "arr_0"];

/**
 * Reads a participant's file: .npy, or .npz with the array `x_adv` (or adv_complete, arr_0) and optionally `index`, whole
 * numbers that name the point of each row. Without an index there is one row per point. Examples may be laid out as
 * declared, channels last, or flat; float16, float32, float64, or uint8 where the challenge has a grid of 255. Never
 * throws. Runs in the browser too, before an attempt is spent.
 */
export function readExamples(bytes: Uint8Array, expected: Expected): ExamplesResult {
  try {
    return { ok: true, ...parse(bytes, expected) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problems: error.problems };
    throw error;
  }
}

function parse(bytes: Uint8Array, expected: Expected): Examples {
  const { array, indexArray, notes } = open(bytes, expected.maxBytes);
  const layout = findLayout(array.shape, expected.shape);
  if (!layout) throw wrongShape(array.shape, expected.shape);
  const rows = array.shape[0]!;
  if (rows === 0) {
    throw new Refusal({ code: "examples-empty", message: "The file has no examples.", fix: "Save at least one row." });
  }
  const { x: stored, exact } = toFloat32(array, expected.grid);
  if (!exact) notes.push("The values were float64; they have been rounded to float32, as models take them.");
  if (layout.name !== "as declared") notes.push(`The examples were read ${layout.name}: [${array.shape.join(", ")}].`);
  const x = layout.name === "channels last" ? channelsFirst(stored, expected.shape) : stored;
  return { x, dtype: array.dtype, exact, notes, ...readIndex(indexArray, rows, expected.count) };
}

/** The arrays of the file, whichever of the two formats its first bytes announce. */
function open(bytes: Uint8Array, maxBytes: number): { array: NpyArray; indexArray?: NpyArray; notes: string[] } {
  if (bytes.length > maxBytes) {
    throw new Refusal({
      code: "examples-too-large",
      message: "The file is larger than all examples of this challenge can be.",
      expected: `at most ${maxBytes} bytes`,
      found: `${bytes.length} bytes`,
      fix: "Save one adversarial example per point, as float32.",
    });
  }
  if (looksLikeNpy(bytes)) {
    const read = readNpy(bytes, { maxElements: maxBytes });
    if (!read.ok) throw new Refusal(...read.problems);
    return { array: read.array, notes: [] };
  }
  if (!looksLikeZip(bytes)) throw unknownFormat(bytes);
  const read = readNpz(bytes, [...NAMES, "index"], { maxBytes });
  if (!read.ok) throw new Refusal(...read.problems);
  const found = NAMES.filter((name) => read.arrays.has(name));
  const array = found.length === 1 ? read.arrays.get(found[0]!) : undefined;
  if (!array) throw notOneArray([...found, ...read.ignored]);
  const notes = read.ignored.length > 0 ? [`Ignored: ${read.ignored.join(", ")}.`] : [];
  return { array, indexArray: read.arrays.get("index"), notes };
}

/** The values as float32. uint8 is read as steps of a 255 grid; other integers could mean anything. */
export function toFloat32(array: NpyArray, grid: number | null): { x: Float32Array<ArrayBuffer>; exact: boolean } {
  if (array.dtype === "f2" || array.dtype === "f4") return { x: array.data, exact: true };
  if (array.dtype === "f8") {
    const x = new Float32Array(array.data);
    return { x, exact: x.every((value, i) => Object.is(value, array.data[i])) };
  }
  if (array.dtype === "u1" && grid === 255) {
    const x = new Float32Array(array.data);
    // `Float32Array.from` with a function takes forty times as long a value.
    for (let i = 0; i < x.length; i++) x[i] = x[i]! / 255;
    return { x, exact: true };
  }
  throw new Refusal({
    code: "examples-integers",
    message: "The examples are whole numbers, and this challenge cannot tell which values they stand for.",
    expected: grid === 255 ? "float16, float32, float64, or uint8 pixels" : "float16, float32 or float64",
    found: array.dtype,
    fix: `Save the values that the model takes: x_adv.astype(np.float32)${grid ? ` / ${grid} if these are pixels` : ""}.`,
  });
}

function readIndex(array: NpyArray | undefined, rows: number, count: number) {
  if (!array) {
    if (rows === count)
      return { index: Int32Array.from({ length: rows }, (_, i) => i), duplicates: [], outOfRange: [] };
    throw new Refusal({
      code: "examples-row-count",
      message: "Without an index, there must be one row for every point, in order.",
      expected: `${count} rows`,
      found: `${rows}`,
      fix: "Say which points the rows attack: np.savez_compressed(path, x_adv=x_adv, index=index).",
    });
  }
  if (array.dtype.startsWith("f") || array.shape.length !== 1 || array.shape[0] !== rows) {
    throw new Refusal({
      code: "examples-index",
      message: "The index does not name one point for each row.",
      where: "index",
      expected: `whole numbers of shape [${rows}]`,
      found: `${array.dtype} of shape [${array.shape.join(", ")}]`,
      fix: "index = np.asarray(index, dtype=np.int64), one number per row of x_adv, counted from 0.",
    });
  }
  const index = new Int32Array(rows).fill(-1);
  const uses = new Int32Array(count);
  for (let row = 0; row < rows; row++) {
    const point = Number(array.data[row]!);
    if (point < 0 || point >= count) continue;
    index[row] = point;
    uses[point]!++;
  }
  const rowsWhere = (test: (point: number) => boolean) => [...index.keys()].filter((row) => test(index[row]!));
  return {
    index,
    duplicates: rowsWhere((point) => point >= 0 && uses[point]! > 1),
    outOfRange: rowsWhere((point) => point < 0),
  };
}

export function wrongShape(found: number[], shape: readonly number[]): Refusal {
  const [declared, ...others] = layoutsOf(shape).map((layout) => `[rows, ${layout.sizes.join(", ")}]`);
  return new Refusal({
    code: "examples-shape",
    message: "The examples do not have the shape of this challenge's inputs.",
    expected: `${declared}${others.length > 0 ? `, or ${[...new Set(others)].join(" or ")}` : ""}`.slice(0, 300),
    found: `[${found.join(", ")}]`,
    fix: `One example is [${shape.join(", ")}]: x_adv.reshape(-1, ${shape.join(", ")}) if only an axis is missing.`,
  });
}

function notOneArray(names: string[]): Refusal {
  return new Refusal({
    code: "examples-not-one-array",
    message: "The archive must hold exactly one array of examples.",
    expected: "x_adv (or adv_complete, or arr_0)",
    found: names.join(", ").slice(0, 300) || "no array",
    fix: "np.savez_compressed(path, x_adv=x_adv), with index=index where not every point is attacked.",
  });
}

/** First bytes of what people upload by mistake. */
const FOREIGN: [string, number[]][] = [
  ["a Python pickle", [0x80]],
  ["an HDF5 file", [0x89, 0x48, 0x44, 0x46]],
  ["a PNG image", [0x89, 0x50, 0x4e, 0x47]],
  ["a JPEG image", [0xff, 0xd8]],
  ["a gzip file", [0x1f, 0x8b]],
  ["a MATLAB file", [0x4d, 0x41, 0x54, 0x4c]],
];

function unknownFormat(bytes: Uint8Array): Refusal {
  const foreign = FOREIGN.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte))?.[0];
  return new Refusal({
    code: "examples-format",
    message: "The file is neither .npy nor .npz.",
    expected: "a file written by np.save or np.savez",
    found: bytes.length === 0 ? "an empty file" : (foreign ?? "something else"),
    fix: "np.savez_compressed('attack.npz', x_adv=x_adv.astype(np.float32)).",
  });
}
