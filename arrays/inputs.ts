import { toFloat32, wrongShape } from "#arrays/examples.ts";
import { channelsFirst, findLayout } from "#arrays/layout.ts";
import { type NpyArray, readNpy } from "#arrays/npy.ts";
import { looksLikeNpy } from "#arrays/npy-header.ts";
import { type Problem, Refusal } from "#contest/problem.ts";

/** As rows of attacks have it. */
const SLACK = 1e-6;

/** What a model's inputs are, and how many may come at once. */
export interface InputsExpected {
  /** One input, [channels, height, width]. */
  shape: readonly number[];
  range: readonly [number, number];
  /** Steps between 0 and 1, null where any value may occur. */
  grid: number | null;
  maxRows: number;
  /** Give steps of the grid, a byte each: only where every admissible value is k / grid, k from 0 to 255. */
  steps: boolean;
}

/** [rows, ...shape], values or steps. */
type Rows = Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

export type InputsResult = { ok: true; x: Rows; rows: number } | { ok: false; problems: Problem[] };

/**
 * Reads inputs to ask a model with: .npy, or JSON `{"inputs": [...]}` with one nested list an input, laid out as declared,
 * channels last, or flat. Values must be finite and in range; on a grid they are rounded to it, as everything is before
 * it is judged. Never throws.
 */
export function readInputs(bytes: Uint8Array, expected: InputsExpected): InputsResult {
  try {
    const array = looksLikeNpy(bytes) ? openNpy(bytes, expected) : openJson(bytes, expected);
    return { ok: true, ...asJudged(array, expected) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problems: error.problems };
    throw error;
  }
}

function openNpy(bytes: Uint8Array, { shape, maxRows }: InputsExpected): NpyArray {
  const size = shape.reduce((product, axis) => product * axis, 1);
  // More elements than fit the body are refused by its length; this only keeps the claim from being believed.
  const read = readNpy(bytes, { maxElements: Math.max(bytes.length, size * maxRows) });
  if (!read.ok) throw new Refusal(...read.problems);
  return read.array;
}

function asJudged(array: NpyArray, expected: InputsExpected): { x: Rows; rows: number } {
  const { shape, range, grid, maxRows, steps } = expected;
  const rows = array.shape[0] ?? 0;
  if (array.shape.length < 2) throw wrongShape(array.shape, shape);
  if (rows < 1 || rows > maxRows)
    throw new Refusal({
      code: "inputs-row-count",
      message: rows < 1 ? "There is no input." : "These are more inputs than one request may have.",
      expected: `1 to ${maxRows} inputs`,
      found: `${rows}`,
      ...(rows > maxRows && { fix: "Send them in several requests." }),
    });
  const layout = findLayout(array.shape, shape);
  if (!layout) throw wrongShape(array.shape, shape);
  // Pixels are steps already, and none of them is out of range.
  const whole = range[0] <= 0 && range[1] >= 1;
  if (steps && whole && array.dtype === "u1" && grid === 255 && layout.name !== "channels last")
    return { x: array.data, rows };
  const stored = toFloat32(array, grid).x;
  const x = layout.name === "channels last" ? channelsFirst(stored, shape) : stored;
  const taken = steps ? new Uint8Array(x.length) : x;
  const [low, high] = [range[0] - SLACK, range[1] + SLACK];
  for (let i = 0; i < x.length; i++) {
    // Adding 0 turns -0 into 0, as the rules of admissible rows do.
    const step = grid === null ? 0 : Math.round(x[i]! * grid) + 0;
    const value = grid === null ? x[i]! : step / grid;
    if (!(value >= low && value <= high)) throw outOfRange(x[i]!, Math.floor((i / x.length) * rows), range);
    taken[i] = steps ? step : value;
  }
  return { x: taken, rows };
}

function outOfRange(value: number, row: number, [low, high]: readonly [number, number]): Refusal {
  const finite = Number.isFinite(value);
  return new Refusal({
    code: finite ? "inputs-out-of-range" : "inputs-not-finite",
    message: finite ? "An input has a value outside of the range." : "An input has a value that is no finite number.",
    where: `row ${row}`,
    expected: `values from ${low} to ${high}`,
    found: String(value),
    fix: `np.clip(x, ${low}, ${high})${finite ? "" : ", after whatever makes NaN or infinity"}.`,
  });
}

/** A nested list as an array: every list of a depth must be as long as the first. */
function openJson(bytes: Uint8Array, expected: InputsExpected): NpyArray {
  const { shape, maxRows } = expected;
  const inputs = parseJson(bytes);
  const dims: number[] = [];
  for (let level: unknown = inputs; Array.isArray(level); level = level[0]) {
    dims.push(level.length);
    if (dims.length > shape.length + 1) throw wrongShape(dims, shape);
  }
  // Before the values are walked through: a shape that cannot be is refused by its first row.
  if (dims[0] === undefined || dims[0] > maxRows || (dims[0] > 0 && !findLayout(dims, shape)))
    asJudged({ dtype: "f4", shape: dims, data: new Float32Array() }, expected);
  const data = new Float32Array(dims.reduce((product, axis) => product * axis, 1));
  let at = 0;
  const walk = (value: unknown, depth: number, row: number): void => {
    if (depth === dims.length && typeof value === "number") data[at++] = value;
    else if (Array.isArray(value) && value.length === dims[depth])
      for (let i = 0; i < value.length; i++) walk(value[i], depth + 1, depth === 0 ? i : row);
    else throw ragged(value, depth, dims, row);
  };
  walk(inputs, 0, 0);
  return { dtype: "f4", shape: dims, data };
}

function parseJson(bytes: Uint8Array): unknown {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Refusal({
      code: "inputs-format",
      message: "The body is neither .npy nor JSON.",
      expected: 'what np.save writes, or {"inputs": [[...], ...]}',
      found: bytes.length === 0 ? "an empty body" : `${bytes.length} bytes of something else`,
      fix: "In Python: buffer = io.BytesIO(); np.save(buffer, x); send buffer.getvalue(). JSON has no NaN.",
    });
  }
  if (typeof body === "object" && body !== null && "inputs" in body && Array.isArray(body.inputs)) return body.inputs;
  throw new Refusal({
    code: "inputs-missing",
    message: 'The JSON has no list "inputs".',
    where: "inputs",
    expected: '{"inputs": [[...], ...]}, one nested list an input',
  });
}

function ragged(value: unknown, depth: number, dims: number[], row: number): Refusal {
  const found = Array.isArray(value) ? `a list of ${value.length}` : value === null ? "null" : `a ${typeof value}`;
  return new Refusal({
    code: "inputs-ragged",
    message: "The inputs do not all have one shape, or hold something that is no number.",
    where: `row ${row}`,
    expected: depth === dims.length ? "a number" : `a list of ${dims[depth]}`,
    found,
  });
}
