import { deflateSync } from "fflate";
import type { Expected } from "#arrays/examples.ts";
import { writeNpy } from "#arrays/npy.ts";
import { npyFile } from "#arrays/npy-reference.ts";
import { writeNpz } from "#arrays/npz-write.ts";
import { type ZipEntry, zipFile } from "./zip.ts";

/** A file of adversarial examples that is refused whole. */
export interface BadArray {
  /** The outcome and what is wrong, as a folder would be named: "npz-bomb/declares-little". */
  name: string;
  /** The code that answers it. */
  code: string;
  /** Words that the answer's message, expected or fix must contain. */
  sentence: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** The challenge that the files below are bad for: any of 1,000 gray 28 x 28 images on an 8-bit grid. */
export const GOLDEN_EXPECTED: Expected = { count: 1000, shape: [1, 28, 28], grid: 255, maxBytes: 16 * 2 ** 20 };

const ROWS = 4;
const SHAPE = [ROWS, 1, 28, 28];
const values = () => new Float32Array(ROWS * 784).fill(0.5);
const goodExamples = () => writeNpy({ shape: SHAPE, data: values() });
const goodIndex = () => writeNpy({ shape: [ROWS], data: BigInt64Array.from([0n, 1n, 2n, 3n]) });
const goodArchive = () => writeNpz({ x_adv: goodExamples(), index: goodIndex() }, { compress: true });

/** Makes every bad file, one at a time: some are megabytes. */
export function* badArrays(): Generator<BadArray> {
  for (const family of [badFormats, badHeaders, badTypes, badArchives, lyingArchives, badMembers, badExamples]) {
    for (const [what, code, sentence, make] of family())
      yield { name: `${code}/${what}`, code, sentence, bytes: make() };
  }
}

type Case = [what: string, code: string, sentence: string, make: () => Uint8Array<ArrayBuffer>];

const text = (characters: string) => Uint8Array.from(characters, (character) => character.charCodeAt(0));
const withHeader = (header: string) => npyFile({ header, dtype: "f4", shape: SHAPE, values: values() });
const withShape = (shape: string) => withHeader(`{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }\n`);
const withDescr = (descr: string) =>
  withHeader(`{'descr': ${descr}, 'fortran_order': False, 'shape': (4, 1, 28, 28), }\n`);
const patched = (bytes: Uint8Array<ArrayBuffer>, at: number, ...patch: number[]) => {
  bytes.set(patch, at);
  return bytes;
};

function badFormats(): Case[] {
  return [
    ["empty", "examples-format", "np.savez_compressed", () => new Uint8Array(0)],
    ["wrong-magic", "examples-format", "neither .npy nor .npz", () => patched(goodExamples(), 0, 0x94)],
    ["pickle", "examples-format", "np.save", () => text("\x80\x05\x95\x0b\x00\x00\x00\x00\x00\x00\x00]\x94.")],
    ["csv", "examples-format", "np.save", () => text("0.1,0.2,0.3\n")],
    ["hdf5", "examples-format", "np.save", () => text("\x89HDF\r\n\x1a\n")],
  ];
}

function badHeaders(): Case[] {
  const longHeader = () => withShape(`(4, 1, 28, 28)${" ".repeat(20_000)}`);
  const fourGigabytes = () => patched(goodExamples(), 6, 2, 0, 0xff, 0xff, 0xff, 0xff);
  return [
    ["version-9", "npy-version", "np.save", () => patched(goodExamples(), 6, 9)],
    ["header-bomb", "npy-header-too-long", "at most 10000 bytes", longHeader],
    ["header-of-4-gigabytes", "npy-header-too-long", "at most 10000 bytes", fourGigabytes],
    ["nested-bomb", "npy-header", "np.save", () => withHeader("(".repeat(9000))],
    ["code", "npy-header", "np.save", () => withHeader("__import__('os').system('id')")],
    ["no-shape", "npy-header", "shape", () => withHeader("{'descr': '<f4', 'fortran_order': False}")],
    ["10-to-the-18-elements", "npy-too-large", "one per point", () => withShape("(1000000000000000000,)")],
    ["product-overflows", "npy-too-large", "one per point", () => withShape("(4294967296, 4294967296, 1, 1)")],
    ["negative-size", "npy-header", "whole numbers", () => withShape("(-4, 1, 28, 28)")],
    ["forty-axes", "npy-rank", "[examples, channels, height, width]", () => withShape(`(${"1, ".repeat(40)})`)],
    ["truncated-in-magic", "examples-format", "np.save", () => goodExamples().slice(0, 4)],
    ["truncated-in-header", "npy-truncated", "Upload it again", () => goodExamples().slice(0, 40)],
    ["truncated-in-data", "npy-truncated", "upload it again", () => goodExamples().slice(0, 1000)],
    ["trailing-bytes", "npy-trailing-bytes", "one array per .npy file", () => Uint8Array.from([...goodExamples(), 0])],
  ];
}

function badTypes(): Case[] {
  return [
    ["list-of-arrays", "npy-pickled-objects", "np.stack", () => withDescr("'|O'")],
    ["fields", "npy-structured", "x['x_adv']", () => withDescr("[('x', '<f4'), ('y', '<i4')]")],
    ["text", "npy-strings", "astype", () => withDescr("'<U3'")],
    ["complex64", "npy-complex", "np.real", () => withDescr("'<c8'")],
    ["mask", "npy-bool", "not a mask", () => withDescr("'|b1'")],
    ["bfloat16", "npy-void", "bfloat16", () => withDescr("'<V2'")],
    ["longdouble", "npy-dtype", "astype", () => withDescr("'<f16'")],
  ];
}

function badArchives(): Case[] {
  const entry = (name: string): ZipEntry => ({ name, data: goodExamples() });
  const many = () =>
    zipFile(Array.from({ length: 100_000 }, (_, i) => ({ name: i.toString(36), data: new Uint8Array(0) })));
  const named = (name: string) => () => zipFile([entry("x_adv.npy"), entry(name)]);
  return [
    ["no-members", "examples-not-one-array", "x_adv", () => zipFile([])],
    ["100000-members", "npz-too-many-members", "one array", many],
    [
      "17-members",
      "npz-too-many-members",
      "at most 16",
      () => zipFile(Array.from({ length: 17 }, (_, i) => entry(`a${i}`))),
    ],
    ["traversal", "npz-member-path", "nothing is unpacked", named("../../etc/cron.d/x")],
    ["absolute", "npz-member-path", "nothing is unpacked", named("/etc/passwd")],
    ["backslashes", "npz-member-path", "nothing is unpacked", named("..\\x_adv.npy")],
    ["drive", "npz-member-path", "nothing is unpacked", named("C:x_adv.npy")],
    ["finder", "npz-member-path", "nothing is unpacked", named("__MACOSX/._x_adv.npy")],
    ["nul-in-name", "npz-member-name", "x_adv.npy", named("x_adv.npy\0.txt")],
    ["duplicate", "npz-duplicate-member", "same name", named("x_adv.npy")],
    ["torch-save", "npz-torch-file", ".cpu().numpy()", named("archive/data.pkl")],
    ["truncated", "npz-truncated", "upload it again", () => goodArchive().slice(0, -30)],
    ["trailing-bytes", "npz-truncated", "added after", () => Uint8Array.from([...goodArchive(), 0])],
  ];
}

function lyingArchives(): Case[] {
  const name = "x_adv.npy";
  const gigabyte = zerosDeflated(2 ** 30);
  const bomb = (lie: Partial<ZipEntry>) => () => zipFile([{ name, method: 8, data: gigabyte, crc: 0, ...lie }]);
  const dense = deflateSync(new Uint8Array(20 * 2 ** 20));
  const one = (lie: Partial<ZipEntry>) => () => zipFile([{ name, data: goodExamples(), ...lie }]);
  // The second member's header lies inside the data of the first: both inflate the same bytes.
  const inner = zipFile([{ name: "index.npy", data: goodIndex() }]);
  const overlap = () =>
    zipFile([
      { name, data: inner },
      { name: "index.npy", data: goodIndex(), header: 30 + name.length },
    ]);
  const beyondFile = () =>
    zipFile([
      { name, data: goodExamples() },
      { name: "y.npy", data: goodIndex(), header: 2 ** 31 },
    ]);
  return [
    ["declares-a-gigabyte", "npz-too-large", "once inflated", bomb({ size: 2 ** 30 })],
    ["declares-little", "npz-bomb", "inflates to more", bomb({ size: 12_672 })],
    ["declares-little-at-1-to-1000", "npz-bomb", "inflates to more", bomb({ data: dense, size: 12_672 })],
    [
      "declares-much-of-nothing",
      "npz-bomb",
      "inflates to more",
      bomb({ data: Uint8Array.from([3, 0]), size: 2 ** 20 }),
    ],
    ["declares-8-exabytes", "npz-too-large", "once inflated", () => exabytes()],
    ["overlapping", "npz-overlap", "share bytes", overlap],
    ["two-names", "npz-headers-disagree", "different things", one({ local: { name: "y_adv.npy" } })],
    ["two-sizes", "npz-headers-disagree", "different things", one({ local: { size: 1 } })],
    ["encrypted", "npz-encrypted", "password", one({ flags: 1 })],
    ["lzma", "npz-compression", "deflate", one({ method: 14 })],
    ["checksum", "npz-checksum", "pload it again", one({ crc: 1 })],
    ["not-deflate", "npz-deflate", "pload it again", one({ method: 8, data: new Uint8Array(100).fill(0xff), size: 9 })],
    ["header-beyond-file", "npz-broken", "damaged", beyondFile],
    ["data-beyond-file", "npz-broken", "damaged", one({ stored: 2 ** 30, size: 2 ** 30 })],
    ["directory-moved", "npz-broken", "damaged", () => movedDirectory()],
  ];
}

/**
 * `size` zeros (rounded a little), deflated without ever holding them: one literal, then copies of 258 bytes from
 * distance 1 in the fixed Huffman code, 13 bits each, so that every byte is the one 13 before it.
 */
function zerosDeflated(size: number): Uint8Array<ArrayBuffer> {
  const start = "11000110000";
  const copy = "1100010100000";
  // One more than a multiple of 8 copies ends on a whole byte; the end of the block is then seven zeros.
  const copies = Math.floor(size / 258 / 8) * 8 + 1;
  const bits = start + copy.repeat(9);
  const out = new Uint8Array((start.length + copy.length * copies) / 8 + 1);
  for (let i = 0; i < out.length - 1; i++) {
    out[i] = i < 15 ? Number.parseInt([...bits.slice(8 * i, 8 * i + 8)].reverse().join(""), 2) : out[i - 13]!;
  }
  return out;
}

/** Claims 2^63 bytes, in the 64-bit field of both headers. */
function exabytes(): Uint8Array<ArrayBuffer> {
  const deflated = deflateSync(new Uint8Array(100));
  const wide = [1, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0x80];
  const name = "x_adv.npy";
  const bytes = zipFile([{ name, data: deflated, method: 8, size: 0xffffffff }]);
  const start = 30 + name.length;
  const directory = start + deflated.length;
  const end = directory + 46 + name.length;
  const out = Uint8Array.from([
    ...bytes.subarray(0, start),
    ...wide,
    ...bytes.subarray(start, end),
    ...wide,
    ...bytes.subarray(end),
  ]);
  out[28] = wide.length;
  const moved = new DataView(out.buffer);
  moved.setUint16(directory + wide.length + 30, wide.length, true);
  moved.setUint32(out.length - 10, 46 + name.length + wide.length, true);
  moved.setUint32(out.length - 6, directory + wide.length, true);
  return out;
}

function movedDirectory(): Uint8Array<ArrayBuffer> {
  const bytes = goodArchive();
  return patched(bytes, bytes.length - 6, 1, 0, 0, 0);
}

/** Arrays inside a sound archive that would be refused on their own. */
function badMembers(): Case[] {
  const archived = (member: Uint8Array) => () => writeNpz({ x_adv: member }, { compress: true });
  return [
    ["in-archive", "npy-pickled-objects", "np.stack", archived(withDescr("'|O'"))],
    ["no-npy-in-archive", "npy-magic", "np.save", archived(text("hello, this is no array"))],
    ["in-archive", "npy-too-large", "one per point", archived(withShape("(1000000000000000000,)"))],
  ];
}

function badExamples(): Case[] {
  const array = (shape: number[], data: Float32Array | BigInt64Array | Uint8Array) => () => writeNpy({ shape, data });
  const zip = (members: Record<string, Uint8Array>) => () => writeNpz(members, { compress: true });
  const halves = Float32Array.from([0, 1, 2, 3.5]);
  const floatIndex = { x_adv: goodExamples(), index: writeNpy({ shape: [4], data: halves }) };
  const shortIndex = { x_adv: goodExamples(), index: writeNpy({ shape: [2], data: BigInt64Array.from([0n, 1n]) }) };
  return [
    ["four-rows-without-index", "examples-row-count", "index=index", goodExamples],
    ["no-rows", "examples-empty", "at least one row", array([0, 1, 28, 28], new Float32Array(0))],
    ["28-by-27", "examples-shape", "[1, 28, 28]", array([4, 1, 28, 27], new Float32Array(4 * 756))],
    ["one-image", "examples-shape", "[1, 28, 28]", array([784], new Float32Array(784))],
    ["labels", "examples-shape", "[1, 28, 28]", array([1000], new BigInt64Array(1000))],
    ["int64-pixels", "examples-integers", "/ 255", array([1000, 784], new BigInt64Array(784_000))],
    ["index-of-fractions", "examples-index", "np.int64", zip(floatIndex)],
    ["index-too-short", "examples-index", "one number per row", zip(shortIndex)],
    ["misnamed", "examples-not-one-array", "x_adv", zip({ adversarial: goodExamples() })],
    ["two-candidates", "examples-not-one-array", "exactly one", zip({ x_adv: goodExamples(), arr_0: goodExamples() })],
    ["20-megabytes", "examples-too-large", "one adversarial example per point", () => new Uint8Array(20 * 2 ** 20)],
  ];
}
