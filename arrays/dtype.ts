import { Refusal } from "#contest/problem.ts";

/** How the elements of each accepted dtype are held once read: f2 is widened, everything else keeps its width. */
export interface Stored {
  f2: Float32Array<ArrayBuffer>;
  f4: Float32Array<ArrayBuffer>;
  f8: Float64Array<ArrayBuffer>;
  u1: Uint8Array<ArrayBuffer>;
  u2: Uint16Array<ArrayBuffer>;
  u4: Uint32Array<ArrayBuffer>;
  u8: BigUint64Array<ArrayBuffer>;
  i1: Int8Array<ArrayBuffer>;
  i2: Int16Array<ArrayBuffer>;
  i4: Int32Array<ArrayBuffer>;
  i8: BigInt64Array<ArrayBuffer>;
}
export type Dtype = keyof Stored;

/** Bytes of one element as the file holds it, and the view that reads them (f2 is read as bits, then widened). */
export const DTYPES = {
  f2: { size: 2, view: Uint16Array },
  f4: { size: 4, view: Float32Array },
  f8: { size: 8, view: Float64Array },
  u1: { size: 1, view: Uint8Array },
  u2: { size: 2, view: Uint16Array },
  u4: { size: 4, view: Uint32Array },
  u8: { size: 8, view: BigUint64Array },
  i1: { size: 1, view: Int8Array },
  i2: { size: 2, view: Int16Array },
  i4: { size: 4, view: Int32Array },
  i8: { size: 8, view: BigInt64Array },
} satisfies Record<Dtype, { size: number; view: unknown }>;

/** What people save that is no array of numbers: the first pattern that a descr matches names the refusal. */
const REFUSED: { descr: RegExp; code: string; message: string; fix: string }[] = [
  {
    descr: /^[|<>=]?O\d*$/,
    code: "npy-pickled-objects",
    message: "The array holds pickled Python objects, which are never loaded: they can run code.",
    fix: "np.save of a list of arrays makes these; stack them first: np.stack(list).astype(np.float32).",
  },
  {
    descr: /^[|<>=]?[SUaT]\d*$/,
    code: "npy-strings",
    message: "The array holds text, not numbers.",
    fix: "Convert it before saving: x.astype(np.float32).",
  },
  {
    descr: /^[|<>=]?c\d+$/,
    code: "npy-complex",
    message: "The array holds complex numbers.",
    fix: "Save the real part: np.real(x).astype(np.float32).",
  },
  {
    descr: /^[|<>=]?(b1|\?)$/,
    code: "npy-bool",
    message: "The array holds booleans, not numbers.",
    fix: "Save the examples themselves, not a mask of them: x_adv.astype(np.float32).",
  },
  {
    descr: /^[|<>=]?V\d+$/,
    code: "npy-void",
    message: "The array holds raw bytes without a number type; bfloat16 and float8 arrays are saved like this.",
    fix: "Convert it before saving: x.astype(np.float32), or x.float().numpy() in PyTorch.",
  },
];

/** The dtype that a descr such as "<f4" names and whether its bytes are big-endian. Throws a Refusal on any other. */
export function parseDescr(descr: string): { dtype: Dtype; bigEndian: boolean } {
  const [, order, name] = /^([|<>])([fiu][1248])$/.exec(descr) ?? [];
  if (name !== undefined && isDtype(name) && (order !== "|" || DTYPES[name].size === 1)) {
    return { dtype: name, bigEndian: order === ">" };
  }
  const known = REFUSED.find((refused) => refused.descr.test(descr));
  throw new Refusal({
    code: known?.code ?? "npy-dtype",
    message: known?.message ?? "The array's number type is not one that is read here.",
    where: "header, descr",
    expected: "float16, float32, float64 or an integer type",
    found: descr.slice(0, 60),
    fix: known?.fix ?? "Convert it before saving: x.astype(np.float32).",
  });
}

function isDtype(name: string): name is Dtype {
  return Object.hasOwn(DTYPES, name);
}

/** Half precision as bits to the same values in single precision, exactly; NaN payloads are not kept. */
export function widenHalf(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i]!;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    const size =
      exponent === 0
        ? fraction * 2 ** -24
        : exponent === 31
          ? fraction === 0
            ? Number.POSITIVE_INFINITY
            : Number.NaN
          : (1 + fraction / 1024) * 2 ** (exponent - 15);
    out[i] = half & 0x8000 ? -size : size;
  }
  return out;
}
