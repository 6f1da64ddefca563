import type { Report } from "#contest/report.ts";
import { answerOf, INVALID_OUTPUT, majority } from "#contest/verdict.ts";

/** Logits of one row, run twice, differ by less on ONNX Runtime's CPU provider unless the answer depends on more than the input. */
const TOLERANCE = 1e-3;

/** What a defense answered to the rows of one measurement. */
export interface Answers {
  /** The class answered per row, INVALID_OUTPUT where there was no valid answer. */
  answers: Uint16Array;
  crashed: number;
  /** A row whose answer changed with its neighbours or with the run: the model is refused (rule 5). */
  unstable: { row: number; by: number } | null;
  /** First faults of runs, for the author. */
  faults: { code: string; message: string }[];
  ort: string;
  provider: string;
}

/** What the runs of one measurement have answered so far, in shuffled order. */
export class Collected {
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
  result(order: Uint32Array): Answers {
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
