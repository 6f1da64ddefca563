import { refuse } from "#onnx/refuse.ts";

// The wire format of Protocol Buffers (protobuf.dev/programming-guides/encoding), read without recursion and without
// believing a length: every range is checked against the range that contains it before anything is read or allocated.

/** One field of a message: its number, its wire type (0, 1, 2 or 5) and where its payload lies. */
export interface Field {
  number: number;
  wire: number;
  start: number;
  end: number;
}

/**
 * The fields of the message at bytes[start, end), in order. The same object is handed out every time: take what you
 * need before asking for the next. Throws a Refusal on anything that is not a well-formed message.
 */
export function* fields(bytes: Uint8Array, start: number, end: number): Generator<Field> {
  const field: Field = { number: 0, wire: 0, start, end: start };
  while (field.end < end) {
    const tagEnd = varintEnd(bytes, field.end, end);
    const tag = varintNumber(bytes, field.end, tagEnd);
    field.number = Math.floor(tag / 8);
    field.wire = tag % 8;
    if (field.number < 1 || tag > 0xffffffff)
      refuse("model-not-protobuf", "The file is not a protobuf message: a field has no valid number.", at(field.end));
    place(bytes, field, tagEnd, end);
    yield field;
  }
}

function place(bytes: Uint8Array, field: Field, payload: number, end: number): void {
  field.start = payload;
  if (field.wire === 0) field.end = varintEnd(bytes, payload, end);
  else if (field.wire === 1) field.end = payload + 8;
  else if (field.wire === 5) field.end = payload + 4;
  else if (field.wire === 2) {
    field.start = varintEnd(bytes, payload, end);
    const length = varintNumber(bytes, payload, field.start);
    if (length > 2 ** 31 - 1)
      refuse("model-length-claim", "A part of the file claims more than 2 GiB, which protobuf does not allow.", {
        ...at(payload),
        found: `${length} bytes claimed, ${end - field.start} left`,
        fix: "The file is damaged or was made by hand; export the model again.",
      });
    field.end = field.start + length;
  } else refuse("model-not-protobuf", `The file is not a protobuf message: wire type ${field.wire}.`, at(payload));
  if (field.end > end) truncated(field.start, field.end - end);
}

/** Where the varint that begins at `start` ends. */
function varintEnd(bytes: Uint8Array, start: number, end: number): number {
  const last = Math.min(start + 10, end);
  for (let i = start; i < last; i++) if (bytes[i]! < 128) return i + 1;
  if (last === end) truncated(start, 1);
  return refuse("model-not-protobuf", "The file is not a protobuf message: a number never ends.", at(start));
}

/** An unsigned varint as a double: exact below 2^53, which is all that tags, lengths and codes need. */
export function varintNumber(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = end - 1; i >= start; i--) value = value * 128 + (bytes[i]! & 127);
  return value;
}

/** A varint as the int64 that it encodes. */
export function varintInt64(bytes: Uint8Array, start: number, end: number): bigint {
  let value = 0n;
  for (let i = end - 1; i >= start; i--) value = (value << 7n) | BigInt(bytes[i]! & 127);
  return BigInt.asIntN(64, value);
}

/** Writes the varint that begins at `start` as int64 to `view` at `offset`; returns where it ends. */
export function varintInto(view: DataView, offset: number, bytes: Uint8Array, start: number, end: number): number {
  const stop = varintEnd(bytes, start, end);
  let low = 0;
  let high = 0;
  for (let i = start, shift = 0; i < stop; i++, shift += 7) {
    const bits = bytes[i]! & 127;
    if (shift <= 28) low |= bits << shift;
    if (shift === 28) high |= bits >>> 4;
    if (shift > 28) high |= bits << (shift - 32);
  }
  view.setInt32(offset, low, true);
  view.setInt32(offset + 4, high, true);
  return stop;
}

function truncated(position: number, missing: number): never {
  return refuse("model-truncated", "The file ends, or a part of it ends, before what it announces.", {
    ...at(position),
    found: `${missing} bytes too few`,
    fix: "The upload or the export was cut off; compare the size with the original and send it again.",
  });
}

function at(position: number): { where: string } {
  return { where: `byte ${position}` };
}
