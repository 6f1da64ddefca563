import { Inflate } from "fflate";
import { crc32 } from "#arrays/crc32.ts";
import { type NpyArray, readNpy } from "#arrays/npy.ts";
import { readDirectory } from "#arrays/zip-directory.ts";
import { type Member, SAVE_AGAIN } from "#arrays/zip-member.ts";
import { type Problem, Refusal } from "#contest/problem.ts";

export interface NpzLimits {
  /** Most bytes that all wanted members may have together once inflated. */
  maxBytes: number;
  /** Most members, wanted or not. */
  maxMembers: number;
}
const DEFAULT_LIMITS: NpzLimits = { maxBytes: 2 ** 28, maxMembers: 16 };

export type NpzResult =
  | { ok: true; arrays: Map<string, NpyArray>; ignored: string[] }
  | { ok: false; problems: Problem[] };

/**
 * Reads the `wanted` arrays (names without ".npy") of an .npz file as NumPy writes it, compressed or not. A wanted name
 * may be absent: the caller knows which it needs. Other members are never inflated, and listed in `ignored`. Never
 * throws; what is allocated is bounded by `maxBytes` and the file, whatever the archive claims.
 */
export function readNpz(bytes: Uint8Array, wanted: readonly string[], limits: Partial<NpzLimits> = {}): NpzResult {
  try {
    return { ok: true, ...parse(bytes, wanted, { ...DEFAULT_LIMITS, ...limits }) };
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, problems: error.problems };
    throw error;
  }
}

function parse(bytes: Uint8Array, wanted: readonly string[], limits: NpzLimits) {
  const members = readDirectory(bytes, limits.maxMembers);
  const chosen = wanted.flatMap((name) => members.find((member) => member.name === `${name}.npy`) ?? []);
  const claimed = chosen.reduce((sum, member) => sum + member.size, 0);
  if (claimed > limits.maxBytes) {
    throw new Refusal({
      code: "npz-too-large",
      message: "The arrays are larger than any that are expected here.",
      expected: `at most ${limits.maxBytes} bytes once inflated`,
      found: `${claimed} bytes`,
      fix: "Save one adversarial example per point, as float32.",
    });
  }
  const arrays = new Map<string, NpyArray>();
  for (const member of chosen) {
    const read = readNpy(unpack(bytes, member), { maxElements: limits.maxBytes });
    const where = (problem: Problem) => `${member.name}${problem.where ? `: ${problem.where}` : ""}`;
    if (!read.ok) throw new Refusal(...read.problems.map((problem) => ({ ...problem, where: where(problem) })));
    arrays.set(member.name.slice(0, -".npy".length), read.array);
  }
  return { arrays, ignored: members.filter((member) => !chosen.includes(member)).map((member) => member.name) };
}

/** The data of one member, its size and checksum verified. Throws a Refusal. */
export function unpack(bytes: Uint8Array, member: Member): Uint8Array {
  const stored = bytes.subarray(member.start, member.end);
  const data = member.method === "stored" ? stored : inflate(stored, member);
  if (data.length === member.size && crc32(data) === member.crc) return data;
  throw new Refusal({
    code: "npz-checksum",
    message: "A member's data is damaged: its checksum or its size is not the one that the archive gives.",
    where: `member ${member.name}`,
    fix: "Upload it again; if that does not help, save it again.",
  });
}

/** Deflate packs at most 1,032 bytes into one (258 bytes into 2 bits), so a larger claim is a lie. */
const MAX_RATIO = 1032;
/** What goes in at once: one step can then overshoot by at most 16 MiB before it is stopped. */
const STEP = 16_384;

/** Inflates to at most the claimed size, and stops there: the claim was bounded, but it is never believed. */
function inflate(stored: Uint8Array, { name, size }: Member): Uint8Array {
  if (size > stored.length * MAX_RATIO) throw bomb(name, `${size} bytes claimed for ${stored.length}`);
  const out = new Uint8Array(size);
  let at = 0;
  const stream = new Inflate((chunk) => {
    if (at + chunk.length > size) throw bomb(name, `more than the ${size} bytes that it claims`);
    out.set(chunk, at);
    at += chunk.length;
  });
  try {
    for (let from = 0; from < stored.length; from += STEP) {
      stream.push(stored.subarray(from, from + STEP), from + STEP >= stored.length);
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal({
      code: "npz-deflate",
      message: "A member's compressed data is damaged.",
      where: `member ${name}`,
      found: error instanceof Error ? error.message : undefined,
      fix: "Upload it again; if that does not help, save it again.",
    });
  }
  return out.subarray(0, at);
}

function bomb(name: string, found: string): Refusal {
  return new Refusal({
    code: "npz-bomb",
    message: "A member inflates to more than it may.",
    where: `member ${name}`,
    found,
    fix: SAVE_AGAIN,
  });
}
