import { readExamples } from "#arrays/examples.ts";
import { readNpz } from "#arrays/npz.ts";
import { judgeRow, type RowFault } from "#contest/admissible.ts";
import type { Arena } from "#contest/challenge.ts";
import type { Problem } from "#contest/problem.ts";
import type { SubmissionKind } from "#contest/submission.ts";
import { check } from "#onnx/check.ts";

/** What the browser can tell of a file before it is sent: what would be refused, and what is worth knowing. */
export interface Preflight {
  problems: Problem[];
  notes: string[];
}

export interface Rules {
  slug: string;
  kind: SubmissionKind;
  arena: Arena;
  maxBytes: number;
}

/** Files beyond this are left to the evaluator: a browser's tab has little memory. */
const MOST_BYTES = 300 * 2 ** 20;

/** Looks at the files as the evaluator will, in this browser; nothing is sent. */
export async function preflight(rules: Rules, file: File, side: File | null): Promise<Preflight> {
  if (file.size > rules.maxBytes) return { problems: [tooLarge(file, rules.maxBytes)], notes: [] };
  if (file.size + (side?.size ?? 0) > MOST_BYTES) return { problems: [], notes: ["Too large to be looked at here."] };
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (rules.kind === "attack") return examplesPreflight(rules, bytes);
  return modelPreflight(rules.arena, bytes, side && new Uint8Array(await side.arrayBuffer()));
}

function tooLarge(file: File, maxBytes: number): Problem {
  const found = `${file.size} bytes`;
  return {
    code: "too-large",
    message: "The file is larger than it may be here.",
    expected: `at most ${maxBytes} bytes`,
    found,
  };
}

function modelPreflight({ shape, classes }: Arena, bytes: Uint8Array, side: Uint8Array | null): Preflight {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b)
    return { problems: [], notes: ["A zip: the evaluator opens it, and looks for the model and its side file."] };
  const checked = check(bytes, { shape, classes, sideFile: side ?? undefined });
  if (!checked.ok) return { problems: checked.problems, notes: [] };
  const { nodes, parameters, layout, batch, randomOps } = checked.facts;
  const batches = batch === "dynamic" ? "any batch" : `batches of ${batch}`;
  const notes = [`${nodes} nodes, ${parameters.toLocaleString("en")} parameters; reads ${layout}, ${batches}.`];
  if (randomOps > 0) notes.push(`It draws random numbers in ${randomOps} nodes, so each row is run many times.`);
  return { problems: [], notes };
}

async function examplesPreflight({ slug, arena, maxBytes }: Rules, bytes: Uint8Array): Promise<Preflight> {
  const { shape, grid, points } = arena;
  const read = readExamples(bytes, { count: points, shape, grid, maxBytes });
  if (!read.ok) return { problems: read.problems, notes: [] };
  const clean = await fetchPoints(slug);
  if (!clean) return { problems: [], notes: [...read.notes, "The points could not be fetched to compare with."] };
  return judged(read, clean, arena);
}

async function fetchPoints(slug: string): Promise<Float32Array | null> {
  const answer = await fetch(`/api/v1/challenges/${slug}/points.npz`);
  if (!answer.ok) return null;
  const read = readNpz(new Uint8Array(await answer.arrayBuffer()), ["x"]);
  const x = read.ok ? read.arrays.get("x") : undefined;
  return x?.data instanceof Float32Array ? x.data : null;
}

type Read = Extract<ReturnType<typeof readExamples>, { ok: true }>;

/** Rule 3, row by row, as it will be judged. */
function judged({ x, index, duplicates, outOfRange, notes }: Read, clean: Float32Array, arena: Arena): Preflight {
  const size = arena.shape.reduce((product, length) => product * length, 1);
  const bad = new Set([...duplicates, ...outOfRange]);
  const faults = new Map<RowFault["rule"], number[]>();
  const note = (rule: RowFault["rule"], row: number) => faults.set(rule, [...(faults.get(rule) ?? []), row]);
  for (const row of duplicates) note("duplicate-index", row);
  for (const row of outOfRange) note("index-out-of-range", row);
  let admissible = 0;
  for (let row = 0; row < index.length; row++) {
    if (bad.has(row)) continue;
    const at = index[row]! * size;
    const verdict = judgeRow(x.slice(row * size, (row + 1) * size), clean.subarray(at, at + size), arena);
    if (verdict.admissible) admissible++;
    else note(verdict.fault.rule, row);
  }
  const found = [...faults].map(
    ([rule, rows]) => `${rows.length} rows ${SAID[rule]} (the first: ${rows.slice(0, 5).join(", ")})`,
  );
  const summary = `${admissible} of ${index.length} rows are admissible.`;
  if (admissible === 0)
    return {
      problems: [{ code: "no-admissible-row", message: "No row would count.", found: found.join("; ").slice(0, 300) }],
      notes,
    };
  return { problems: [], notes: [summary, ...found.map((text) => `Not counted: ${text}.`), ...notes] };
}

const SAID: Record<RowFault["rule"], string> = {
  "not-finite": "with NaN or infinity",
  "out-of-range": "outside of the value range",
  "out-of-ball": "too far from their point",
  "duplicate-index": "for a point that another row attacks too",
  "index-out-of-range": "for a point that does not exist",
};
