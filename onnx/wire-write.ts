/** A message being written: a list of pieces, so that weights are copied once, into the file itself. */
export interface Chunks {
  parts: Uint8Array[];
  length: number;
}

const utf8 = new TextEncoder();

export function chunks(): Chunks {
  return { parts: [], length: 0 };
}

function push(out: Chunks, part: Uint8Array): void {
  out.parts.push(part);
  out.length += part.length;
}

function tag(out: Chunks, field: number, wire: number): void {
  push(out, varint(field * 8 + wire));
}

export function number(out: Chunks, field: number, value: number | bigint): void {
  tag(out, field, 0);
  push(out, varint(value));
}

export function float(out: Chunks, field: number, value: number): void {
  tag(out, field, 5);
  push(out, littleEndian(Float32Array.of(value)));
}

export function bytes(out: Chunks, field: number, value: Uint8Array): void {
  tag(out, field, 2);
  push(out, varint(value.length));
  push(out, value);
}

/** A text that is there even when empty: an entry of a list. */
export function textAlways(out: Chunks, field: number, value: string): void {
  bytes(out, field, utf8.encode(value));
}

/** Like proto3, leaves an empty text out. */
export function text(out: Chunks, field: number, value: string): void {
  if (value !== "") bytes(out, field, utf8.encode(value));
}

export function message(out: Chunks, field: number, inner: Chunks): void {
  tag(out, field, 2);
  push(out, varint(inner.length));
  if (inner.length < small) push(out, joined(inner));
  else {
    for (const part of inner.parts) out.parts.push(part);
    out.length += inner.length;
  }
}

/** Below this many bytes a message is put together at once: copying it again is cheaper than keeping its pieces. */
const small = 4096;

export function packedFloats(out: Chunks, field: number, values: Float32Array): void {
  if (values.length > 0) bytes(out, field, littleEndian(values));
}

export function packedInts(out: Chunks, field: number, values: BigInt64Array): void {
  if (values.length === 0) return;
  const packed = new Uint8Array(values.length * 10);
  let length = 0;
  for (const value of values) length = varintAt(packed, length, value);
  bytes(out, field, packed.subarray(0, length));
}

/** Every machine that Node or a browser runs on today is little-endian, so the memory is the file's layout. */
function littleEndian(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

const oneByte = Array.from({ length: 128 }, (_, i) => Uint8Array.of(i));

function varint(value: number | bigint): Uint8Array {
  if (value >= 0 && value < 128) return oneByte[Number(value)]!;
  const out = new Uint8Array(10);
  return out.subarray(0, varintAt(out, 0, BigInt(value)));
}

function varintAt(out: Uint8Array, offset: number, value: bigint): number {
  let rest = BigInt.asUintN(64, value);
  let at = offset;
  for (; rest > 127n; rest >>= 7n) out[at++] = Number(rest & 127n) | 128;
  out[at++] = Number(rest);
  return at;
}

export function joined({ parts, length }: Chunks): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
