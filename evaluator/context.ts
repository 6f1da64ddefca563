import type { PgBoss } from "pg-boss";
import type { Logger } from "pino";
import type { HouseRunName, Provider } from "#contest/gauntlet.ts";
import type { Sandbox } from "#evaluator/sandbox/sandbox.ts";
import type { PrismaClient } from "#store/generated/client.ts";

/** What a job may cost. Time and memory in a pair are the defense's (rule 4). */
export interface Budgets {
  /** A run of the gate and the first inference; then reading a file of examples. */
  admitMs: number;
  /** Of one measurement: this much, and this much more a row and draw. */
  measureMs: number;
  perRowMs: number;
  /** Without a sign of progress for so long, a run is ended. */
  stallMs: number;
  memoryBytes: number;
  maxModelBytes: number;
  maxFlops: number;
  maxExamplesBytes: number;
  /** CPU time of a tier of the gauntlet on one defense; iterations and queries are what bounds an attack, this is the net below. */
  houseMs: Record<HouseRunName, number>;
  /** The same as stallMs for house attacks, which give way to everything else: their silence is mostly ours. */
  houseStallMs: number;
  /** Gradients keep what a forward pass throws away. */
  houseMemoryBytes: number;
  /** Points that are worth a shard of the full tier: below, opening and surveying the model costs more than is won. */
  shardPoints: number;
}

export const BUDGETS: Budgets = {
  admitMs: 60_000,
  measureMs: 30_000,
  perRowMs: 250,
  stallMs: 45_000,
  memoryBytes: 2 ** 31,
  maxModelBytes: 200 * 2 ** 20,
  maxFlops: 5e9,
  maxExamplesBytes: 2 ** 28,
  houseMs: { quick: 20 * 60_000, full: 6 * 60 * 60_000, curve: 60 * 60_000 },
  houseStallMs: 30 * 60_000,
  houseMemoryBytes: 2 ** 32,
  shardPoints: 100,
};

export type Slots = { with<T>(use: (slot: number) => Promise<T>): Promise<T> };

/** Everything that the evaluator's parts share. */
export interface Context {
  db: PrismaClient;
  boss: PgBoss;
  sandbox: Sandbox;
  /** Runs `use` with a free sandbox slot, waiting for one in turn. */
  slots: Slots;
  /** A slot of its own for what may take hours: it never keeps a new submission waiting. */
  backgroundSlots: Slots;
  /** How many submissions are evaluated at once: the slots that are not for the background. */
  width: number;
  log: Logger;
  /** The installation's secret: holdout and noise are derived from it. Never enters a sandbox or a row. */
  secret: Buffer;
  budgets: Budgets;
  /** Where job files are prepared. */
  folder: string;
  cpu: string;
  /** What house attacks search on. Verdicts are made on the CPU, whatever it is. */
  provider: Provider;
}

/** What running jobs needs, with or without a database. */
export type RunContext = Pick<Context, "sandbox" | "slots" | "log" | "budgets" | "folder" | "provider">;
