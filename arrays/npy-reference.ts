import { DTYPES, type Dtype } from "#arrays/dtype.ts";

/**
 * A .npy file put together byte by byte on a little-endian machine: the plain counterpart of the reader, for tests. `values`
 * are in C order. `header` replaces the dict, to write files that NumPy would not.
 */
export function npyFile(file: {
  dtype: Dtype;
  shape: number[];
  values: ArrayLike<number | bigint> & { buffer: ArrayBufferLike };
  bigEndian?: boolean;
  fortran?: boolean;
  header?: string;
}): Uint8Array<ArrayBuffer> {
  const { dtype, shape, values, bigEndian = false, fortran = false } = file;
  const { size } = DTYPES[dtype];
  const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const descr = `${size === 1 ? "|" : bigEndian ? ">" : "<"}${dtype}`;
  const dict =
    file.header ?? `{'descr': '${descr}', 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${sizes}, }\n`;
  const out = new Uint8Array(10 + dict.length + values.length * size);
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, dict.length & 255, dict.length >> 8]);
  for (let i = 0; i < dict.length; i++) out[10 + i] = dict.charCodeAt(i);
  const elements = new Uint8Array(values.buffer);
  for (let i = 0; i < values.length; i++) {
    const place = fortran ? fortranPlace(i, shape) : i;
    for (let byte = 0; byte < size; byte++) {
      out[10 + dict.length + place * size + byte] = elements[i * size + (bigEndian ? size - 1 - byte : byte)]!;
    }
  }
  return out;
}

/** Where element `i` of C order stands in Fortran order. */
function fortranPlace(i: number, shape: number[]): number {
  const index: number[] = [];
  for (const size of shape.toReversed()) {
    index.unshift(i % size);
    i = Math.floor(i / size);
  }
  return index.reduceRight((place, at, axis) => place * shape[axis]! + at, 0);
}
