import { randomBytes } from "node:crypto";
import type { MeasureJob } from "#contest/job.ts";
import { type Answers, Collected } from "#evaluator/collected.ts";
import type { RunContext } from "#evaluator/context.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { rowPieces } from "#evaluator/row-pieces.ts";
import { type JobRun, runJob } from "#evaluator/run-job.ts";
import { noiseKey } from "#evaluator/seeds.ts";
import { shuffled } from "#evaluator/shuffle.ts";

const BATCH = 64;
/** Rule 5: this share of the rows is judged again, alone. */
const AGAIN = 0.05;
/** Rows are tried one by one after a crash; after this many crashes the rest is given up, each still the model's fault. */
const MAX_CRASHES = 400;

/** What measuring needs of a challenge. */
type Arranged = Pick<LoadedChallenge, "arena" | "size" | "seed">;

/** A model as the evaluator knows it: where its canonical bytes lie, and how often its rows are drawn. */
export interface Subject {
  modelSha: string;
  draws: number;
}

/** Rows to be answered: float32 [count, ...shape] as judged, and what keys the noise of each (its point, by name). */
export interface RowSet {
  rows: Float32Array;
  noiseNames: string[];
}

export interface MeasureOptions {
  signal?: AbortSignal;
  /** Gives way to everything else on the machine. */
  background?: boolean;
  onProgress?: (done: number, total: number) => void;
}

export interface Measured extends Answers {
  /** How the run ended that left rows without an answer; null if each has one. */
  ended: string | null;
  seconds: number;
  seed: string;
}

/**
 * Answers rows by a defense in throw-away processes: shuffled, then a random 5 % once more alone. After a crash, rows are
 * run one by one and only those that crash twice are wrong (rule 4). Throws what runJob throws, never for a model's doing.
 */
export async function measureRows(
  context: RunContext,
  challenge: Arranged,
  subject: Subject,
  set: RowSet,
  options: MeasureOptions = {},
): Promise<Measured> {
  const seed = randomBytes(16).toString("hex");
  const count = set.noiseNames.length;
  const order = shuffled(count, seed);
  const again = Array.from(shuffled(count, `${seed}:again`).subarray(0, Math.ceil(count * AGAIN)));
  const state = new Collected(count, subject.draws, challenge.arena.classes);
  const run = (first: number, alone: boolean) =>
    runOnce(context, challenge, subject, set, order, { state, first, alone, again: alone ? [] : again, ...options });
  const first = await run(0, false);
  if (first.finished) return { ...state.result(order), ended: null, seconds: first.seconds, seed };
  state.forget();
  const { ended, seconds } = await oneByOne(state, run);
  return { ...state.result(order), ended, seconds: first.seconds + seconds, seed };
}

/**
 * After a run that did not finish: each row in turn, in a fresh process after each crash; a row that crashes alone, and
 * alone again, is wrong. Gives how the run ended that left rows without an answer, null if each has one.
 */
async function oneByOne(
  state: Collected,
  run: (first: number, alone: boolean) => Promise<JobRun>,
): Promise<Pick<Measured, "ended" | "seconds">> {
  let seconds = 0;
  let ended: string | null = null;
  let suspect = -1;
  for (let crashes = 0; crashes < MAX_CRASHES; crashes++) {
    const first = state.firstMissing(0);
    if (first >= state.count) break;
    const result = await run(first, true);
    seconds += result.seconds;
    if (result.finished) break;
    ended = result.outcome.kind;
    // Time is the defense's: a model that cannot answer one row in the time of a stall is not tried on every other row.
    if (ended === "timeout" || ended === "cpu") break;
    const row = state.firstMissing(first);
    if (row === suspect) state.giveUp(row);
    suspect = row;
  }
  for (let row = state.firstMissing(0); row < state.count; row = state.firstMissing(row)) state.giveUp(row);
  return { ended, seconds };
}

interface OneRun extends MeasureOptions {
  state: Collected;
  first: number;
  alone: boolean;
  again: number[];
}

function runOnce(
  context: RunContext,
  challenge: Arranged,
  subject: Subject,
  set: RowSet,
  order: Uint32Array,
  { state, first, alone, again, signal, background, onProgress }: OneRun,
): Promise<JobRun> {
  const { size, arena } = challenge;
  const places = order.subarray(first);
  const job: MeasureJob = {
    kind: "measure",
    shape: arena.shape,
    classes: arena.classes,
    rows: places.length,
    batch: alone ? 1 : BATCH,
    draws: subject.draws,
    again,
  };
  const { budgets } = context;
  return runJob(context, {
    job,
    files: {
      "model.onnx": { artifact: subject.modelSha },
      "rows.f32": { bytes: rowPieces(set.rows, places, size) },
      "keys.bin": {
        bytes: noiseKeys(
          challenge,
          subject,
          Array.from(places, (row) => set.noiseNames[row]!),
        ),
      },
    },
    wallMs: budgets.measureMs + places.length * subject.draws * budgets.perRowMs,
    outputBytes: 2 ** 20 + (places.length + again.length) * (subject.draws * arena.classes * 4 + 200),
    onReport(report, bytes) {
      state.take(report, bytes, first);
      if (report.type === "progress") onProgress?.(first + report.done, order.length);
    },
    signal,
    ...(background && { background }),
  });
}

/** The noise of each row, for models that draw; nothing for others. */
function noiseKeys(challenge: Arranged, subject: Subject, names: string[]): Uint8Array {
  if (subject.draws === 1) return new Uint8Array();
  return Buffer.concat(names.map((name) => noiseKey(challenge.seed, subject.modelSha, name)));
}
