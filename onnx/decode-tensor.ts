import { elementSize, elementTypes, safe, type Tensor } from "#onnx/model.ts";
import {
  code,
  expectWire,
  type Gathered,
  gathered,
  gatheredBytes,
  gatherFixed,
  gatherVarints,
  int64List,
  type Source,
  spend,
  text,
  unknownField,
} from "#onnx/read.ts";
import { refuse } from "#onnx/refuse.ts";
import { type Field, fields } from "#onnx/wire.ts";

interface Parts {
  name: string;
  type: number;
  dims: Gathered;
  raw: Uint8Array | undefined;
  /** By field number: 4 float, 5 int32, 7 int64, 10 double, 11 uint64 (the integers as int64 each). */
  typed: Map<number, Gathered>;
  outside: boolean;
  external: Map<string, string>;
}

/** Reads a TensorProto. Raw data stays a view of the file; typed data becomes little-endian bytes. */
export function readTensor(source: Source, start: number, end: number): { name: string; tensor: Tensor } {
  const parts: Parts = {
    name: "",
    type: 0,
    dims: gathered(),
    raw: undefined,
    typed: new Map(),
    outside: false,
    external: new Map(),
  };
  for (const field of fields(source.bytes, start, end)) readPart(source, parts, field);
  const dims = Array.from(int64List(parts.dims), safe);
  if (dims.length > source.limits.rank)
    refuse("rank-too-high", `Tensor "${parts.name}" has ${dims.length} dimensions.`, {
      where: parts.name,
      expected: `at most ${source.limits.rank}`,
      found: String(dims.length),
    });
  const tensor: Tensor = { type: parts.type, dims, data: parts.outside ? new Uint8Array(0) : dataOf(parts) };
  if (parts.outside) tensor.external = externalOf(parts);
  return { name: parts.name, tensor };
}

function readPart(source: Source, parts: Parts, field: Field): void {
  switch (field.number) {
    case 1:
      gatherVarints(source, parts.dims, field);
      return;
    case 2:
      parts.type = code(source, field);
      return;
    case 8:
      parts.name = text(source, field);
      return;
    case 9:
      expectWire(field, 2);
      parts.raw = source.bytes.subarray(field.start, field.end);
      return;
    case 4:
      gatherFixed(source, typedPart(parts, 4), field, 4);
      return;
    case 10:
      gatherFixed(source, typedPart(parts, 10), field, 8);
      return;
    case 5:
    case 7:
    case 11:
      gatherVarints(source, typedPart(parts, field.number), field);
      return;
    case 13:
      readExternal(source, parts.external, field);
      return;
    case 14:
      parts.outside = code(source, field) !== 0;
      return;
    case 3: // segment: never implemented by any runtime
      refuse("model-not-onnx", `Tensor "${parts.name}" is stored in segments, which no runtime reads.`);
      return;
    case 6: // strings: refused later, by the tensor's type
    case 12:
    case 16:
      return;
    default:
      unknownField("a tensor", field);
  }
}

function typedPart(parts: Parts, number: number): Gathered {
  const known = parts.typed.get(number);
  if (known) return known;
  const fresh = gathered();
  parts.typed.set(number, fresh);
  return fresh;
}

function readExternal(source: Source, external: Map<string, string>, entry: Field): void {
  expectWire(entry, 2);
  let key = "";
  let value = "";
  for (const field of fields(source.bytes, entry.start, entry.end)) {
    if (field.number === 1) key = text(source, field);
    else if (field.number === 2) value = text(source, field);
    else unknownField("external data", field);
  }
  spend(source, "listed", 1);
  external.set(key, value);
}

function externalOf(parts: Parts): NonNullable<Tensor["external"]> {
  const whole = (key: string): number | undefined => {
    const written = parts.external.get(key);
    if (written === undefined) return undefined;
    if (!/^\d{1,15}$/.test(written))
      refuse("external-data-out-of-bounds", `The ${key} of tensor "${parts.name}" in the side file is no number.`, {
        where: parts.name,
        found: written,
      });
    return Number(written);
  };
  return { location: parts.external.get("location") ?? "", offset: whole("offset") ?? 0, length: whole("length") };
}

/** Which typed field holds a type's elements, by the comments in onnx.proto; int32_data holds all the small ones. */
function typedField(type: number): number {
  if (type === elementTypes.float32) return 4;
  if (type === elementTypes.float64) return 10;
  if (type === elementTypes.int64) return 7;
  return type === elementTypes.uint32 || type === elementTypes.uint64 ? 11 : 5;
}

function dataOf(parts: Parts): Uint8Array {
  const filled = [...parts.typed].filter(([, list]) => list.length > 0);
  if (filled.length === 0 && parts.raw) return parts.raw;
  if (filled.length === 0) return new Uint8Array(0);
  const [number, list] = filled[0]!;
  const size = elementSize(parts.type);
  if (size === undefined) return new Uint8Array(0); // refused later, by its type
  if (filled.length > 1 || (parts.raw?.length ?? 0) > 0 || number !== typedField(parts.type))
    refuse("tensor-data-field", `Tensor "${parts.name}" keeps its data in a field that is not its type's.`, {
      where: parts.name,
    });
  return number === 4 || number === 10 ? gatheredBytes(list) : narrowed(gatheredBytes(list), size);
}

/** The low `size` bytes of each int64. */
function narrowed(wide: Uint8Array, size: number): Uint8Array {
  if (size === 8) return wide;
  const narrow = new Uint8Array((wide.length / 8) * size);
  for (let i = 0, j = 0; i < wide.length; i += 8, j += size)
    for (let k = 0; k < size; k++) narrow[j + k] = wide[i + k]!;
  return narrow;
}
