import { DTYPES, type Dtype, parseDescr, type Stored, widenHalf } from "#arrays/dtype.ts";
import { readHeader } from "#arrays/npy-header.ts";
import { type Problem, Refusal } from "#contest/problem.ts";

/**
 * An array in C order and this machine's byte order. `dtype` is what the file said; `data` holds prod(shape) elements
 * (f2 widened to float32, 8-byte integers as BigInt).
 */
export type NpyArray = { [D in Dtype]: { dtype: D; shape: number[]; data: Stored[D] } }[Dtype];

export interface NpyLimits {
  /** Most elements that an array may have. */
  maxElements: number;
}
const DEFAULT_LIMITS: NpyLimits = { maxElements: 2 ** 28 };

export type NpyResult = { ok: true; array: NpyArray } | { ok: false; problems: Problem[] };

/**
 * Reads one .npy file (NEP 1, versions 1.0 to 3.0) of plain numbers: float16/32/64 and integers of 1 to 8 bytes, C or
 * Fortran order, either byte order. The file must be exactly as long as its header says, so what is allocated is at
 * most five times the file. Never throws; pickles, structured types, text, complex numbers and booleans are problems.
 */
export function readNpy(bytes: Uint8Array, limits: NpyLimits = DEFAULT_LIMITS): NpyResult {
  try {
    return { ok: true, array: parse(bytes, limits) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problems: error.problems };
    throw error;
  }
}

function parse(bytes: Uint8Array, limits: NpyLimits): NpyArray {
  const header = readHeader(bytes);
  const { dtype, bigEndian } = parseDescr(header.descr);
  const count = header.shape.reduce((product, size) => product * size, 1n);
  // Each size on its own too: (0, 10**18) has no elements but a shape that nothing here can hold.
  if ([count, ...header.shape].some((size) => size > limits.maxElements)) {
    throw new Refusal({
      code: "npy-too-large",
      message: "The array claims more elements than are read here.",
      where: "header, shape",
      expected: `at most ${limits.maxElements} elements`,
      found: `(${header.shape.join(", ")})`.slice(0, 200),
      fix: "Save only the adversarial examples, one per point.",
    });
  }
  const { size, view: View } = DTYPES[dtype];
  const length = Number(count) * size;
  checkLength(bytes.length - header.start, length);
  // A copy: elements may lie at any offset of the file, and swapping must not change the caller's bytes. Not slice():
  // Node's Buffer overrides it with a view of the same memory.
  const raw = new Uint8Array(bytes.subarray(header.start));
  if (size > 1 && bigEndian === HOST_IS_LITTLE) swap(raw, size);
  const shape = header.shape.map(Number);
  const stored = new View(raw.buffer, raw.byteOffset, Number(count));
  const data = dtype === "f2" ? widenHalf(stored as Uint16Array) : stored;
  return { dtype, shape, data: header.fortran ? fromFortran(data, shape) : data } as NpyArray;
}

function checkLength(found: number, expected: number): void {
  if (found === expected) return;
  const short = found < expected;
  throw new Refusal({
    code: short ? "npy-truncated" : "npy-trailing-bytes",
    message: short ? "The file ends before all elements have come." : "The file goes on after its last element.",
    expected: `${expected} bytes of data`,
    found: `${found}`,
    fix: short
      ? "The upload or the disk cut it short: save and upload it again."
      : "Save one array per .npy file; several go into an .npz with np.savez.",
  });
}

const HOST_IS_LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Reverses the bytes of each element, in place. */
function swap(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

/** Elements stored with the first index running fastest, as a new array with the last index running fastest. */
function fromFortran<T extends NpyArray["data"]>(data: T, shape: number[]): T {
  const out = data.slice() as T;
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return out;
}

/**
 * A .npy file, version 1.0, little-endian, C order. Float32Array is written as <f4, BigInt64Array as <i8, Uint8Array as
 * |u1; `shape` must have as many elements as `data` (a caller's bug otherwise: throws). Same input, same bytes.
 */
export function writeNpy(array: {
  shape: number[];
  data: Float32Array | BigInt64Array | Uint8Array;
}): Uint8Array<ArrayBuffer> {
  const { shape, data } = array;
  if (shape.reduce((product, size) => product * size, 1) !== data.length)
    throw new RangeError("shape and data disagree");
  const descr = data instanceof Float32Array ? "<f4" : data instanceof BigInt64Array ? "<i8" : "|u1";
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // Spaces up to a multiple of 64, so that readers may map the elements into memory as they lie.
  const start = Math.ceil((10 + dict.length + 1) / 64) * 64;
  const header = `\x93NUMPY\x01\x00${String.fromCharCode((start - 10) & 255, (start - 10) >> 8)}${dict.padEnd(start - 11)}\n`;
  const out = new Uint8Array(start + data.byteLength);
  for (let i = 0; i < start; i++) out[i] = header.charCodeAt(i);
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  if (!HOST_IS_LITTLE) swap(out.subarray(start), data.BYTES_PER_ELEMENT);
  return out;
}
