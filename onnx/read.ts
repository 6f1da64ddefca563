import { defaultLimits, type Limits } from "#onnx/limits.ts";
import { refuse } from "#onnx/refuse.ts";
import { type Field, varintInt64, varintInto, varintNumber } from "#onnx/wire.ts";

/** The file that is being read, and what may still be taken from it. */
export interface Source {
  bytes: Uint8Array;
  limits: Limits;
  /** How many more inputs, outputs and list entries the model may have. */
  left: { edges: number; listed: number };
}

export function sourceOf(bytes: Uint8Array, limits: Limits = defaultLimits): Source {
  return { bytes, limits, left: { edges: limits.edges, listed: limits.listed } };
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A field's text; refuses other wire types, more than the limit of a name, and what is not UTF-8. */
export function text(source: Source, field: Field): string {
  expectWire(field, 2);
  if (field.end - field.start > source.limits.name)
    refuse("name-too-long", "A name or text in the model is longer than any exporter writes.", {
      where: `byte ${field.start}`,
      expected: `at most ${source.limits.name} bytes`,
      found: `${field.end - field.start} bytes`,
    });
  try {
    return utf8.decode(source.bytes.subarray(field.start, field.end));
  } catch {
    return refuse("text-not-utf8", "A name in the model is not UTF-8 text.", { where: `byte ${field.start}` });
  }
}

/** A small unsigned number: an element type, a version, an enumeration. */
export function code(source: Source, field: Field): number {
  expectWire(field, 0);
  return varintNumber(source.bytes, field.start, field.end);
}

export function int64(source: Source, field: Field): bigint {
  expectWire(field, 0);
  return varintInt64(source.bytes, field.start, field.end);
}

export function float32(source: Source, field: Field): number {
  expectWire(field, 5);
  return new DataView(source.bytes.buffer, source.bytes.byteOffset + field.start, 4).getFloat32(0, true);
}

export function expectWire(field: Field, wire: number): void {
  if (field.wire !== wire)
    refuse("model-not-onnx", `Field ${field.number} has another wire type than ONNX gives it.`, {
      where: `byte ${field.start}`,
      expected: `wire type ${wire}`,
      found: `wire type ${field.wire}`,
    });
}

/** Refuses a field number that the ONNX schema does not have (in IR 3 to 13). */
export function unknownField(message: string, field: Field): never {
  return refuse("model-not-onnx", `ONNX knows no field ${field.number} in ${message}.`, {
    where: `byte ${field.start}`,
    fix: "The file is no ONNX model, is damaged, or was written for a later version of ONNX.",
  });
}

/** Counts `count` things against what the model may still have. */
export function spend(source: Source, what: "edges" | "listed", count: number): void {
  source.left[what] -= count;
  if (source.left[what] < 0)
    refuse(`too-many-${what === "edges" ? "edges" : "values"}`, "The model is larger than this site evaluates.", {
      expected:
        what === "edges"
          ? `at most ${source.limits.edges} inputs and outputs of nodes`
          : `at most ${source.limits.listed} numbers outside raw tensor data`,
    });
}

/** Elements of a repeated number field, gathered as little-endian bytes whether packed or not. */
export interface Gathered {
  bytes: Uint8Array;
  length: number;
}

export function gathered(): Gathered {
  return { bytes: new Uint8Array(0), length: 0 };
}

export function gatheredBytes(list: Gathered): Uint8Array {
  return list.bytes.subarray(0, list.length);
}

/** Adds a repeated varint field as int64 each. */
export function gatherVarints(source: Source, list: Gathered, field: Field): void {
  const { bytes } = source;
  if (field.wire !== 0) expectWire(field, 2);
  let count = 0;
  for (let i = field.start; i < field.end; i++) if (bytes[i]! < 128) count++;
  spend(source, "listed", count);
  const offset = room(list, count * 8);
  const view = new DataView(list.bytes.buffer, offset, count * 8);
  for (let at = field.start, i = 0; at < field.end; i += 8) {
    at = varintInto(view, i, bytes, at, field.end);
  }
}

/** Adds a repeated fixed-size field (float: 4 bytes, double: 8 bytes). */
export function gatherFixed(source: Source, list: Gathered, field: Field, size: 4 | 8): void {
  if (field.wire !== (size === 4 ? 5 : 1)) expectWire(field, 2);
  const length = field.end - field.start;
  if (length % size !== 0)
    refuse("model-not-onnx", `A packed list of ${size}-byte numbers has ${length} bytes.`, {
      where: `byte ${field.start}`,
    });
  spend(source, "listed", length / size);
  const data = source.bytes.subarray(field.start, field.end);
  if (list.length === 0 && length > 64) Object.assign(list, { bytes: data, length });
  else {
    const offset = room(list, length); // may exchange list.bytes
    list.bytes.set(data, offset);
  }
}

/** Makes room for `more` bytes at the end of the list and returns where they begin. */
function room(list: Gathered, more: number): number {
  const needed = list.length + more;
  if (needed > list.bytes.length || list.bytes.byteOffset !== 0 || list.bytes.buffer.byteLength !== list.bytes.length) {
    const grown = new Uint8Array(Math.max(needed, 2 * list.length, 16));
    grown.set(gatheredBytes(list));
    list.bytes = grown;
  }
  const offset = list.length;
  list.length = needed;
  return offset;
}

/** What was gathered from a varint field. */
export function int64List(list: Gathered): BigInt64Array {
  const data = gatheredBytes(list);
  const { buffer, byteOffset, length } = data.byteOffset % 8 === 0 ? data : new Uint8Array(data);
  return new BigInt64Array(buffer, byteOffset, length / 8);
}

/** What was gathered from a float field, as a copy. */
export function float32List(list: Gathered): Float32Array {
  const data = new Uint8Array(gatheredBytes(list));
  return new Float32Array(data.buffer, 0, data.length / 4);
}
