import { QUERY_BYTES, QUERY_ROWS, type QueryAnswers } from "#contest/query.ts";
import type { RunContext } from "#evaluator/context.ts";
import { answersFrom, type QuerySubject, queryKeys } from "#evaluator/queries/subject.ts";
import { LIFE_MS, openWarmRunner, RunnerEnded, type WarmRunner } from "#evaluator/queries/warm-runner.ts";

/** Why a request was not answered: codes of the API. */
export class NotAnswered extends Error {
  override name = "NotAnswered";
  readonly code: "queries-busy" | "model-failed" | "model-timeout";
  constructor(code: NotAnswered["code"]) {
    super(code);
    this.code = code;
  }
}

interface Request {
  rows: Uint8Array;
  count: number;
  /** After a death of the process, so that one request cannot cost the others their answers. */
  alone: boolean;
  deaths: number;
  answered: PromiseWithResolvers<QueryAnswers>;
}

/** Rows that are asked in one go, of however many requests; one request may have more. */
const COALESCED_ROWS = 256;
/** Rows that wait at one desk: more are refused, to be sent again. */
const WAITING_ROWS = 8 * QUERY_ROWS;
/** What one question may take, and what each row and draw of it adds, ms. */
const QUESTION_MS = 5_000;
const ROW_MS = 50;
/** A model that answers alone what it died of before, and dies again, has no answer. */
const DEATHS = 2;
/** Rows of a run, as when verdicts are made. */
const BATCH = 64;

/** Where one defense is asked: its requests in their order, and its runner while it has a slot. */
export class Desk {
  lastUsed = 0;
  /** Answers requests, or is about to. */
  serving = false;
  private readonly context: RunContext;
  private readonly subject: QuerySubject;
  private readonly waiting: Request[] = [];
  private waitingRows = 0;
  private runner: WarmRunner | null = null;
  private openedAt = 0;
  private slot: number | null = null;

  constructor(context: RunContext, subject: QuerySubject) {
    this.context = context;
    this.subject = subject;
  }

  get holdsSlot(): boolean {
    return this.slot !== null;
  }

  get hasWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Puts rows [count, ...shape] at the end of the queue. Rejects with NotAnswered. */
  enqueue(rows: Uint8Array, count: number): Promise<QueryAnswers> {
    const answered = Promise.withResolvers<QueryAnswers>();
    if (this.waitingRows + count > WAITING_ROWS) answered.reject(new NotAnswered("queries-busy"));
    else {
      this.waiting.push({ rows, count, alone: false, deaths: 0, answered });
      this.waitingRows += count;
    }
    return answered.promise;
  }

  /** Takes a slot, which is the desk's until `leave`. */
  take(slot: number): void {
    this.slot = slot;
  }

  /** Ends the runner; gives the slot back. */
  async leave(): Promise<number> {
    const { slot, runner } = this;
    this.runner = null;
    await runner?.close();
    this.slot = null;
    return slot!;
  }

  /** Answers the next requests in one go. Throws nothing: each request hears how it went. */
  async answerNext(): Promise<void> {
    const requests = this.next();
    this.lastUsed = Date.now();
    try {
      const logits = await this.ask(requests);
      let at = 0;
      const width = this.subject.draws * this.subject.arena.classes;
      for (const { count, answered } of requests) {
        answered.resolve(answersFrom(this.subject, logits.subarray(at * width, (at + count) * width)));
        at += count;
      }
    } catch (fault) {
      const runner = this.runner;
      this.runner = null;
      await runner?.close();
      this.fail(requests, fault);
    }
    this.lastUsed = Date.now();
  }

  /** Sends everybody who waits away. */
  dismiss(): void {
    for (const { answered } of this.waiting.splice(0)) answered.reject(new NotAnswered("queries-busy"));
    this.waitingRows = 0;
  }

  private next(): Request[] {
    const [first] = this.waiting;
    let [taken, rows] = [1, first!.count];
    while (!first!.alone && taken < this.waiting.length) {
      const { alone, count } = this.waiting[taken]!;
      if (alone || rows + count > COALESCED_ROWS) break;
      rows += count;
      taken++;
    }
    this.waitingRows -= rows;
    return this.waiting.splice(0, taken);
  }

  private async ask(requests: Request[]): Promise<Float32Array> {
    const runner = await this.open();
    const { rowBytes, draws } = this.subject;
    const count = requests.reduce((sum, request) => sum + request.count, 0);
    const rows = requests.length === 1 ? requests[0]!.rows : new Uint8Array(count * rowBytes);
    let at = 0;
    if (requests.length > 1)
      for (const request of requests) {
        rows.set(request.rows, at);
        at += request.rows.length;
      }
    const keys = queryKeys(this.subject, rows);
    return runner.ask({ rows, count, keys }, QUESTION_MS + count * draws * ROW_MS);
  }

  private async open(): Promise<WarmRunner> {
    if (this.runner && Date.now() - this.openedAt > LIFE_MS) {
      await this.runner.close();
      this.runner = null;
    }
    if (this.runner) return this.runner;
    const { modelSha, arena, draws, steps, size } = this.subject;
    const { shape, classes } = arena;
    const largest = Math.max(COALESCED_ROWS, Math.min(QUERY_ROWS, QUERY_BYTES / size));
    const job = { kind: "answer", shape, classes, batch: BATCH, draws, steps } as const;
    this.openedAt = Date.now();
    this.runner = await openWarmRunner(this.context, this.slot!, modelSha, job, largest);
    return this.runner;
  }

  private fail(requests: Request[], fault: unknown): void {
    if (!(fault instanceof RunnerEnded)) {
      this.context.log.error({ defense: this.subject.id, error: String(fault) }, "queries");
      for (const { answered } of requests) answered.reject(fault);
      return;
    }
    this.context.log.info({ defense: this.subject.id, kind: fault.kind }, "a model died of a query");
    const slow = fault.kind === "timeout" || fault.kind === "cpu";
    const again: Request[] = [];
    for (const request of requests) {
      if (requests.length === 1) request.deaths++;
      if (requests.length === 1 && (slow || request.deaths >= DEATHS))
        request.answered.reject(new NotAnswered(slow ? "model-timeout" : "model-failed"));
      else again.push({ ...request, alone: true });
    }
    this.waiting.unshift(...again);
    this.waitingRows += again.reduce((sum, { count }) => sum + count, 0);
  }
}
