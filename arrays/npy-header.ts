import { Refusal } from "#contest/problem.ts";

/** NumPy's own bound (max_header_size): what is longer was not written for an array of numbers. */
const MAX_HEADER = 10_000;
const MAX_RANK = 8;
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const SAVE_AGAIN = "Save the array with np.save(path, x_adv.astype(np.float32)).";

export interface NpyHeader {
  /** As written, such as "<f4". */
  descr: string;
  fortran: boolean;
  /** As claimed: the caller bounds it. */
  shape: bigint[];
  /** Byte at which the elements begin. */
  start: number;
}

/** Whether the bytes begin as every .npy file does ("\x93NUMPY"). */
export function looksLikeNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * The header of a .npy file (NEP 1, versions 1.0 to 3.0), by a fixed grammar: one Python dict literal with exactly the
 * keys descr, fortran_order and shape, in any order, each once. Nothing is evaluated and nothing nests. Throws a
 * Refusal on anything else.
 */
export function readHeader(bytes: Uint8Array): NpyHeader {
  if (!looksLikeNpy(bytes)) {
    throw new Refusal({
      code: "npy-magic",
      message: "This is not a .npy file: it does not begin with NumPy's magic bytes.",
      expected: "93 4e 55 4d 50 59",
      found: hex(bytes.subarray(0, 6)) || "nothing",
      fix: SAVE_AGAIN,
    });
  }
  const { start, length } = headerPlace(bytes);
  if (length > MAX_HEADER) {
    throw new Refusal({
      code: "npy-header-too-long",
      message: "The .npy header is longer than any that an array of numbers has.",
      expected: `at most ${MAX_HEADER} bytes`,
      found: `${length} bytes`,
      fix: SAVE_AGAIN,
    });
  }
  if (bytes.length < start + length) throw endsInHeader(bytes);
  const text = String.fromCharCode(...bytes.subarray(start, start + length));
  return { ...parseDict(text), start: start + length };
}

/** Where the dict begins and how many bytes it claims: 2 bytes say so in version 1.0, 4 from 2.0 on. */
function headerPlace(bytes: Uint8Array): { start: number; length: number } {
  const [major, minor] = [bytes[6], bytes[7]];
  if (major === undefined || minor === undefined) throw endsInHeader(bytes);
  if (major < 1 || major > 3 || minor !== 0) {
    throw new Refusal({
      code: "npy-version",
      message: "This version of the .npy format is not known.",
      expected: "1.0, 2.0 or 3.0",
      found: `${major}.${minor}`,
      fix: SAVE_AGAIN,
    });
  }
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw endsInHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { start, length: major === 1 ? view.getUint16(8, true) : view.getUint32(8, true) };
}

/** Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }` and the spaces that pad it. */
function parseDict(text: string): Omit<NpyHeader, "start"> {
  const { take, need, fail } = scanner(text);
  let descr: string | undefined;
  let fortran: boolean | undefined;
  let shape: bigint[] | undefined;
  need(/\{/y, "a dict");
  for (let first = true; !take(/\}/y); first = false) {
    if (!first) need(/,/y, "a comma or the end of the dict");
    if (!first && take(/\}/y)) break;
    const key = need(/'[a-z_]+'|"[a-z_]+"/y, "a quoted key").slice(1, -1);
    need(/:/y, "a colon");
    if (key === "descr" && descr === undefined) {
      if (take(/\[/y)) throw structured();
      descr = need(/'[^'\\\n]{1,40}'|"[^"\\\n]{1,40}"/y, "a quoted type such as '<f4'").slice(1, -1);
    } else if (key === "fortran_order" && fortran === undefined) {
      fortran = need(/True|False/y, "True or False") === "True";
    } else if (key === "shape" && shape === undefined) {
      shape = parseShape(need(/\([^()]*\)/y, "a tuple of sizes")) ?? fail("a tuple of whole numbers");
    } else fail("the keys descr, fortran_order and shape, each once");
  }
  if (take(/[^ \n\t]/y)) fail("nothing after the dict");
  if (descr === undefined || fortran === undefined || shape === undefined) {
    return fail("the keys descr, fortran_order and shape");
  }
  return { descr, fortran, shape };
}

/** Python's tuples of sizes: (), (3,), (2, 3) and (2, 3,); undefined for anything else, (3) and 2L included. */
function parseShape(tuple: string): bigint[] | undefined {
  const parts = tuple.slice(1, -1).split(",");
  if (parts.at(-1)!.trim() === "") parts.pop();
  else if (parts.length === 1) return undefined;
  if (parts.length > MAX_RANK) {
    throw new Refusal({
      code: "npy-rank",
      message: "The array has more dimensions than anything here.",
      expected: `at most ${MAX_RANK}`,
      found: `${parts.length} dimensions`,
      fix: "Save one array of [examples, channels, height, width].",
    });
  }
  const sizes = parts.map((part) => /^ *(0|[1-9]\d{0,29}) *$/.exec(part)?.[1]);
  return sizes.includes(undefined) ? undefined : sizes.map((size) => BigInt(size!));
}

/** Takes tokens (sticky patterns) off a text from left to right, skipping spaces; `fail` refuses the header there. */
function scanner(text: string) {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    while (text[at] === " " || text[at] === "\n" || text[at] === "\t") at++;
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const fail = (expected: string): never => {
    throw new Refusal({
      code: "npy-header",
      message: "The .npy header is not one that NumPy writes.",
      where: `header, character ${at}`,
      expected,
      found: text.slice(at, at + 40).replace(/[^\x20-\x7e]/g, "?") || "the end of the header",
      fix: SAVE_AGAIN,
    });
  };
  const need = (pattern: RegExp, expected: string): string => take(pattern) ?? fail(expected);
  return { take, need, fail };
}

function structured(): Refusal {
  return new Refusal({
    code: "npy-structured",
    message: "The array has named fields (a structured dtype), not plain numbers.",
    where: "header, descr",
    expected: "one number type such as '<f4'",
    fix: "Save the field that holds the examples: np.save(path, x['x_adv'].astype(np.float32)).",
  });
}

function endsInHeader(bytes: Uint8Array): Refusal {
  return new Refusal({
    code: "npy-truncated",
    message: "The .npy file ends inside its header.",
    found: `${bytes.length} bytes`,
    fix: "Upload it again; if that does not help, save it again.",
  });
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
