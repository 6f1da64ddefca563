import { elementSize, elementTypes, safe, type Tensor } from "#onnx/model.ts";

export type Values =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/**
 * The elements of a tensor as a typed array (bool as Uint8Array, float16 and bfloat16 widened to Float32Array).
 * A view of the tensor's bytes where their alignment allows it, else a copy. Undefined for types without a size and
 * where the data has another length than dims say.
 */
export function tensorValues(tensor: Tensor): Values | undefined {
  const size = elementSize(tensor.type);
  if (size === undefined || tensor.data.length % size !== 0) return undefined;
  // Not slice(): a Buffer's slice is a view.
  const { buffer, byteOffset, length } =
    tensor.data.byteOffset % size === 0 ? tensor.data : new Uint8Array(tensor.data);
  const count = length / size;
  switch (tensor.type) {
    case elementTypes.float32:
      return new Float32Array(buffer, byteOffset, count);
    case elementTypes.float64:
      return new Float64Array(buffer, byteOffset, count);
    case elementTypes.int64:
      return new BigInt64Array(buffer, byteOffset, count);
    case elementTypes.uint64:
      return new BigUint64Array(buffer, byteOffset, count);
    case elementTypes.int32:
      return new Int32Array(buffer, byteOffset, count);
    case elementTypes.uint32:
      return new Uint32Array(buffer, byteOffset, count);
    case elementTypes.int16:
      return new Int16Array(buffer, byteOffset, count);
    case elementTypes.uint16:
      return new Uint16Array(buffer, byteOffset, count);
    case elementTypes.int8:
      return new Int8Array(buffer, byteOffset, count);
    case elementTypes.float16:
      return Float32Array.from(new Uint16Array(buffer, byteOffset, count), float16);
    case elementTypes.bfloat16:
      return widenedBfloat16(new Uint16Array(buffer, byteOffset, count));
    default:
      return new Uint8Array(buffer, byteOffset, count);
  }
}

/** The elements as plain numbers (int64 clamped to +-(2^53-1)), when there are at most `limit` of them. */
export function smallValues(tensor: Tensor, limit: number): number[] | undefined {
  const size = elementSize(tensor.type);
  if (size === undefined || tensor.data.length > limit * size) return undefined;
  const values = tensorValues(tensor);
  return values && Array.from<number | bigint, number>(values, (v) => (typeof v === "bigint" ? safe(v) : v));
}

/** One IEEE 754 binary16 number from its 16 bits. */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** A one-dimensional or shaped tensor from a typed array, without a copy. */
export function tensorOf(type: number, dims: number[], values: Values): Tensor {
  return { type, dims, data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

function widenedBfloat16(values: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(values, (bits) => bits << 16).buffer);
}
