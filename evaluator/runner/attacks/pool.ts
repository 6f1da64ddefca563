import type { Answer, Asking, Attack, Outcome, Query, Task } from "#evaluator/runner/attacks/attack.ts";
import { LOSSES } from "#onnx/gradient.ts";

/**
 * The model under attack, in batches. What it returns is read before the next call, so it may be overwritten then.
 * Row i of an answer must depend on row i of the input alone.
 */
export interface Oracle {
  /** Rows in one call, at most. */
  batch: number;
  /** Logits [rows, classes] of x [rows, size], to lead a search. */
  scores(x: Float32Array, rows: number): Promise<Float32Array>;
  /** The same as verdicts are made of, to the last bit. */
  verdicts(x: Float32Array, rows: number): Promise<Float32Array>;
  /** Of a model that draws, instead of verdicts where an attack asks for one: the share of draws [rows, classes] that answer each class. */
  votes?(x: Float32Array, rows: number): Promise<Float32Array>;
  /** `losses` are places in LOSSES; `targets` is -1 where a loss has none. Gradients [rows, size]. */
  gradients(
    x: Float32Array,
    rows: number,
    labels: Int32Array,
    targets: Int32Array,
    losses: Uint8Array,
  ): Promise<{ logits: Float32Array; loss: Float32Array; gradient: Float32Array }>;
}

/** Evaluations of the model, in rows. */
export interface Spent {
  gradients: number;
  scores: number;
}

/** What became of one point. */
export interface Settled extends Spent {
  point: number;
  outcome: Outcome;
  /** The attack was ended because its next question would have cost more than the budget allows. */
  cut: boolean;
}

export interface PoolOptions {
  /** Ends the run after the batch under way: points that are not settled by then are left out of the results. */
  signal?: AbortSignal;
  /** The most evaluations that one point may cost: per point, so that it does not matter who else is attacked. */
  budget?: Partial<Spent>;
  /** Takes each point as it is settled: what to keep in order to resume without it. */
  settled?(settled: Settled): void;
  /** Called after every batch. */
  progress?(done: Spent & { settled: number }): void;
}

export interface Results extends Spent {
  /** In the order of the tasks; empty where the option `settled` has taken them, so that memory does not grow with the points. */
  settled: Settled[];
  /** False when the signal ended the run early. */
  complete: boolean;
}

interface Running extends Spent {
  task: Task;
  place: number;
  asking: Asking<Outcome>;
  query: Query;
  /** Of a query for logits: rows already sent, and the answers so far where it does not fit into one batch. */
  sent: number;
  logits: Float32Array | null;
}

/** Questions for logits of one kind, the oldest first, and how many rows they ask for still. */
interface Queue {
  waiting: Running[];
  rows: number;
}

const NOTHING = new Float32Array(0);

/**
 * Runs one attack on many points. Every point under way has one question open; a kind of question is put to the oracle
 * when it fills a batch, and another point is started when none does, so batches are full until the tasks run out and
 * never more than three batches of points are under way. Rejects with what the oracle throws.
 */
export async function runAttack(
  attack: Attack,
  tasks: Iterable<Task>,
  oracle: Oracle,
  options: PoolOptions = {},
): Promise<Results> {
  const pool = new Pool(attack, tasks, oracle, options);
  while (!options.signal?.aborted && (await pool.turn()));
  return pool.close();
}

class Pool {
  private readonly attack: Attack;
  private readonly tasks: Iterator<Task>;
  private readonly oracle: Oracle;
  private readonly options: PoolOptions;
  private readonly settled: (Settled | undefined)[] = [];
  private readonly spent: Spent = { gradients: 0, scores: 0 };
  private readonly answer: Answer = { logits: NOTHING, loss: Number.NaN, gradient: NOTHING };
  private climbing: Running[] = [];
  private readonly queues: Record<"scores" | "verdict", Queue> = {
    scores: { waiting: [], rows: 0 },
    verdict: { waiting: [], rows: 0 },
  };
  private started = 0;
  private exhausted = false;
  private settledCount = 0;
  private x = NOTHING;
  private readonly labels: Int32Array;
  private readonly targets: Int32Array;
  private readonly losses: Uint8Array;
  private readonly rows = new WeakMap<Float32Array, Float32Array[]>();

  constructor(attack: Attack, tasks: Iterable<Task>, oracle: Oracle, options: PoolOptions) {
    this.attack = attack;
    this.tasks = tasks[Symbol.iterator]();
    this.oracle = oracle;
    this.options = options;
    this.labels = new Int32Array(oracle.batch);
    this.targets = new Int32Array(oracle.batch);
    this.losses = new Uint8Array(oracle.batch);
  }

  /** Puts one batch to the oracle and resumes whoever asked. False when nobody is under way any more. */
  async turn(): Promise<boolean> {
    const { batch } = this.oracle;
    const { scores, verdict } = this.queues;
    while (!this.exhausted && Math.max(this.climbing.length, scores.rows, verdict.rows) < batch) this.start();
    const most = Math.max(this.climbing.length, scores.rows, verdict.rows);
    if (most === 0) return false;
    if (verdict.rows >= Math.min(most, batch)) await this.askLogits("verdict");
    else if (scores.rows >= Math.min(most, batch)) await this.askLogits("scores");
    else await this.askGradients();
    this.options.progress?.({ ...this.spent, settled: this.settledCount });
    return true;
  }

  close(): Results {
    const { scores, verdict } = this.queues;
    const underWay = [...this.climbing, ...scores.waiting, ...verdict.waiting];
    const complete = this.exhausted && underWay.length === 0;
    for (const running of underWay) running.asking.return(FAILED);
    return { settled: this.settled.filter((settled) => settled !== undefined), ...this.spent, complete };
  }

  private start(): void {
    const next = this.tasks.next();
    if (next.done) {
      this.exhausted = true;
      return;
    }
    const task = next.value;
    if (this.x.length === 0) this.x = new Float32Array(this.oracle.batch * task.clean.length);
    this.resume({
      task,
      place: this.started++,
      asking: this.attack.run(task),
      query: NO_QUERY,
      sent: 0,
      logits: null,
      gradients: 0,
      scores: 0,
    });
  }

  /** Gives a point its answer and takes its next question, or its outcome. */
  private resume(running: Running): void {
    const step = running.asking.next(this.answer);
    if (step.done) {
      this.settle(running, step.value, false);
      return;
    }
    const query = step.value;
    running.query = query;
    if (query.kind === "gradient") running.gradients++;
    else running.scores += query.rows;
    const { gradients = Number.POSITIVE_INFINITY, scores = Number.POSITIVE_INFINITY } = this.options.budget ?? {};
    if (running.gradients > gradients || running.scores > scores) this.cut(running);
    else if (query.kind === "gradient") this.climbing.push(running);
    else {
      running.sent = 0;
      this.queues[query.kind].rows += query.rows;
      this.queues[query.kind].waiting.push(running);
    }
  }

  /** Ends a point whose next question the budget does not cover; the question was not asked and is not counted. */
  private cut(running: Running): void {
    if (running.query.kind === "gradient") running.gradients--;
    else running.scores -= running.query.rows;
    running.asking.return(FAILED);
    this.settle(running, FAILED, true);
  }

  private settle({ task, place, gradients, scores }: Running, came: Outcome, cut: boolean): void {
    const outcome = came.example || !task.unsure ? came : { ...came, example: task.unsure.example };
    const settled = { point: task.point, outcome, gradients, scores, cut };
    this.settledCount++;
    if (this.options.settled) this.options.settled(settled);
    else this.settled[place] = settled;
  }

  private async askGradients(): Promise<void> {
    const asking = this.climbing.splice(0, this.oracle.batch);
    const size = asking[0]!.task.clean.length;
    const classes = asking[0]!.task.arena.classes;
    for (let row = 0; row < asking.length; row++) {
      const { task, query } = asking[row]!;
      const { x, loss, target } = query as Extract<Query, { kind: "gradient" }>;
      this.x.set(x, row * size);
      this.labels[row] = task.label;
      this.targets[row] = target;
      this.losses[row] = LOSSES.indexOf(loss);
    }
    this.spent.gradients += asking.length;
    const { labels, targets, losses, answer } = this;
    const answers = await this.oracle.gradients(this.x, asking.length, labels, targets, losses);
    for (let row = 0; row < asking.length; row++) {
      answer.logits = this.rowOf(answers.logits, row, classes);
      answer.gradient = this.rowOf(answers.gradient, row, size);
      answer.loss = answers.loss[row]!;
      this.resume(asking[row]!);
    }
  }

  /** Fills a batch with the rows of the oldest questions; the last of them may have rows left for the next batch. */
  private async askLogits(kind: "scores" | "verdict"): Promise<void> {
    const queue = this.queues[kind];
    const portions: { running: Running; from: number; rows: number }[] = [];
    let filled = 0;
    while (filled < this.oracle.batch && portions.length < queue.waiting.length) {
      const running = queue.waiting[portions.length]!;
      const query = running.query as LogitsQuery;
      const size = running.task.clean.length;
      const rows = Math.min(query.rows - running.sent, this.oracle.batch - filled);
      const whole = query.x.length === rows * size;
      this.x.set(whole ? query.x : query.x.subarray(running.sent * size, (running.sent + rows) * size), filled * size);
      portions.push({ running, from: filled, rows });
      filled += rows;
    }
    queue.rows -= filled;
    this.spent.scores += filled;
    const logits = await this.ask(kind, filled);
    queue.waiting.splice(0, portions.length);
    // Only the last of them can have rows left to ask, so those before it are in order.
    for (const { running, from, rows } of portions)
      if (!this.deliver(running, logits, from, rows)) queue.waiting.unshift(running);
  }

  /** Row `row` [width] of an answer, as a view: made once where the oracle answers in the same memory again. */
  private rowOf(answer: Float32Array, row: number, width: number): Float32Array {
    const views = this.rows.get(answer) ?? [];
    if (views.length === 0) this.rows.set(answer, views);
    views[row] ??= answer.subarray(row * width, (row + 1) * width);
    return views[row];
  }

  private ask(kind: "scores" | "verdict", rows: number): Promise<Float32Array> {
    const { oracle, x } = this;
    if (kind === "scores") return oracle.scores(x, rows);
    return oracle.votes ? oracle.votes(x, rows) : oracle.verdicts(x, rows);
  }

  /** Hands over rows from..from+rows of a batch's logits; false while the question has rows left to ask. */
  private deliver(running: Running, logits: Float32Array, from: number, rows: number): boolean {
    const { classes } = running.task.arena;
    const total = (running.query as LogitsQuery).rows;
    const part =
      rows === 1 ? this.rowOf(logits, from, classes) : logits.subarray(from * classes, (from + rows) * classes);
    if (rows < total) {
      running.logits ??= new Float32Array(total * classes);
      running.logits.set(part, running.sent * classes);
    }
    running.sent += rows;
    if (running.sent < total) return false;
    this.answer.logits = running.logits ?? part;
    this.answer.gradient = NOTHING;
    this.answer.loss = Number.NaN;
    running.logits = null;
    this.resume(running);
    return true;
  }
}

const FAILED: Outcome = { example: null, margin: Number.NEGATIVE_INFINITY };
type LogitsQuery = Extract<Query, { rows: number }>;
const NO_QUERY: Query = { kind: "scores", x: NOTHING, rows: 0 };
