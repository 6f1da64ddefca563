import { randomBytes } from "node:crypto";
import type { MeasureJob } from "#contest/job.ts";
import type { Report } from "#contest/report.ts";
import { answerOf, INVALID_OUTPUT, majority } from "#contest/verdict.ts";
import type { Context } from "#evaluator/context.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { type JobRun, runJob } from "#evaluator/run-job.ts";
import { noiseKey } from "#evaluator/seeds.ts";
import { shuffled } from "#evaluator/shuffle.ts";
import { artifactPath } from "#store/artifacts.ts";

const BATCH = 64;
/** Rule 5: this share of the rows is judged again, alone. */
const AGAIN = 0.05;
/** Logits of one row, run twice, differ by less on ONNX Runtime's CPU provider unless the answer depends on more than the input. */
const TOLERANCE = 1e-3;
/** Rows are tried one by one after a crash; after this many crashes the rest is given up, each still the model's fault. */
const MAX_CRASHES = 400;

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

export interface Measured {
  /** The class answered per row, INVALID_OUTPUT where there was no valid answer. */
  answers: Uint16Array;
  crashed: number;
  /** A row whose answer changed with its neighbours or with the run: the model is refused (rule 5). */
  unstable: { row: number; by: number } | null;
  /** First faults of runs, for the author. */
  faults: { code: string; message: string }[];
  /** How the run ended that left rows without an answer; null if each has one. */
  ended: string | null;
  seconds: number;
  seed: string;
  ort: string;
  provider: string;
}

/**
 * Answers rows by a defense in throw-away processes: shuffled, then a random 5 % once more alone. After a crash, rows are
 * run one by one and only those that crash twice are wrong (rule 4). Throws PlatformFault, never for a model's doing.
 */
export async function measureRows(
  context: Context,
  challenge: LoadedChallenge,
  subject: Subject,
  set: RowSet,
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
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

interface OneRun {
  state: Collected;
  first: number;
  alone: boolean;
  again: number[];
  signal?: AbortSignal;
  onProgress?: (done: number, total: number) => void;
}

function runOnce(
  context: Context,
  challenge: LoadedChallenge,
  subject: Subject,
  set: RowSet,
  order: Uint32Array,
  { state, first, alone, again, signal, onProgress }: OneRun,
): Promise<JobRun> {
  const { size, arena } = challenge;
  const places = order.subarray(first);
  const rows = new Float32Array(places.length * size);
  places.forEach((from, to) => {
    rows.set(set.rows.subarray(from * size, (from + 1) * size), to * size);
  });
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
      "model.onnx": { source: artifactPath(subject.modelSha) },
      "rows.f32": { bytes: new Uint8Array(rows.buffer) },
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
  });
}

/** The noise of each row, for models that draw; nothing for others. */
function noiseKeys(challenge: LoadedChallenge, subject: Subject, names: string[]): Uint8Array {
  if (subject.draws === 1) return new Uint8Array();
  return Buffer.concat(names.map((name) => noiseKey(challenge.seed, subject.modelSha, name)));
}

/** What the runs of one measurement have answered so far, in shuffled order. */
class Collected {
  readonly count: number;
  private readonly draws: number;
  private readonly classes: number;
  private readonly logits: Float32Array;
  private readonly have: Uint8Array;
  private crashed = 0;
  private unstable: { row: number; by: number } | null = null;
  private readonly faults: { code: string; message: string }[] = [];
  private ort = "";
  private provider = "";

  constructor(count: number, draws: number, classes: number) {
    this.count = count;
    this.draws = draws;
    this.classes = classes;
    this.logits = new Float32Array(count * draws * classes).fill(Number.NaN);
    this.have = new Uint8Array(count);
  }

  /** Takes one message of a run whose first row is `first`. Throws on a message that cannot be true. */
  take(report: Report, bytes: Uint8Array, first: number): void {
    if (report.type === "ready") {
      this.ort = report.ort;
      this.provider = report.provider;
    }
    if (report.type === "fault" && this.faults.length < 5)
      this.faults.push({ code: report.code, message: report.message });
    if (report.type === "logits") this.takeLogits(first + report.from, report.count, valuesOf(bytes));
    if (report.type === "again") this.compare(report.rows, valuesOf(bytes));
  }

  private takeLogits(from: number, count: number, values: Float32Array): void {
    const width = this.draws * this.classes;
    if (from + count > this.count || values.length !== count * width)
      throw new Error("logits of rows that were not asked for");
    this.logits.set(values, from * width);
    this.have.fill(1, from, from + count);
  }

  private compare(rows: number[], values: Float32Array): void {
    const width = this.draws * this.classes;
    if (values.length !== rows.length * width) throw new Error("logits of rows that were not asked for");
    rows.forEach((row, i) => {
      const by = difference(
        this.logits.subarray(row * width, (row + 1) * width),
        values.subarray(i * width, (i + 1) * width),
      );
      if (by > TOLERANCE) this.unstable ??= { row, by };
    });
  }

  firstMissing(from: number): number {
    const at = this.have.indexOf(0, from);
    return at < 0 ? this.count : at;
  }

  /** Answers of a batch that broke off were not compared with answers given alone: they do not count. */
  forget(): void {
    this.logits.fill(Number.NaN);
    this.have.fill(0);
  }

  giveUp(row: number): void {
    if (row >= this.count) return;
    this.have[row] = 1;
    this.crashed++;
  }

  /** Answers in the rows' own order. */
  result(order: Uint32Array): Omit<Measured, "ended" | "seconds" | "seed"> {
    const { classes, draws } = this;
    const answers = new Uint16Array(this.count).fill(INVALID_OUTPUT);
    order.forEach((row, place) => {
      const each = Uint16Array.from({ length: draws }, (_, draw) =>
        answerOf(this.logits, classes, place * draws + draw),
      );
      answers[row] = draws === 1 ? each[0]! : majority(each);
    });
    const unstable = this.unstable && { row: order[this.unstable.row]!, by: this.unstable.by };
    return { answers, crashed: this.crashed, unstable, faults: this.faults, ort: this.ort, provider: this.provider };
  }
}

/** The largest difference relative to the larger of 1 and the row's largest logit; NaN equals NaN. */
function difference(a: Float32Array, b: Float32Array): number {
  let scale = 1;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i]!];
    if (Object.is(x, y) || (Number.isNaN(x) && Number.isNaN(y))) continue;
    scale = Math.max(scale, Math.abs(x), Math.abs(y));
    const by = Math.abs(x - y);
    largest = Number.isNaN(by) ? Number.POSITIVE_INFINITY : Math.max(largest, by);
  }
  return largest === Number.POSITIVE_INFINITY ? largest : largest / scale;
}

function valuesOf(bytes: Uint8Array): Float32Array {
  if (bytes.length % 4) throw new Error("logits are not a whole number of values");
  return new Float32Array(bytes.slice().buffer);
}
