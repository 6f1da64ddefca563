import "server-only";
import { statfs } from "node:fs/promises";
import { env } from "#env.ts";
import { database } from "#store/database.ts";

/** An evaluator writes every 5 s that it lives; after four silences it counts as gone. */
const ALIVE_MS = 20_000;
const FORGOTTEN_MS = 24 * 60 * 60 * 1000;
/** Below this an upload may fail for want of room. */
const LEAST_FREE_BYTES = 2 ** 30;
const FAILURE_DAYS = 7;

export interface Operations {
  /** `down` when nothing can be evaluated or stored, with the reasons. */
  status: "ok" | "down";
  reasons: string[];
  database: boolean;
  queue: { waiting: number; running: number; oldestSeconds: number };
  evaluators: EvaluatorRow[];
  disk: { freeBytes: number; totalBytes: number };
}

export interface EvaluatorRow {
  id: string;
  host: string;
  tier: string;
  version: string;
  ort: string;
  cpu: string;
  /** What it searches on: "cpu", "webgpu" or "cuda". */
  provider: string;
  slots: number;
  busy: number;
  alive: boolean;
  seenAt: Date;
}

/** What keeps the site running, read now. Never throws: a database that is away is one of the facts. */
export async function readOperations(): Promise<Operations> {
  const disk = await readDisk();
  try {
    const [queue, evaluators] = await Promise.all([readQueue(), readEvaluators()]);
    const reasons = [];
    if (!evaluators.some(({ alive }) => alive)) reasons.push("no evaluator is alive");
    if (disk.freeBytes < LEAST_FREE_BYTES) reasons.push("less than 1 GiB of disk is free");
    return { status: reasons.length === 0 ? "ok" : "down", reasons, database: true, queue, evaluators, disk };
  } catch {
    const queue = { waiting: 0, running: 0, oldestSeconds: 0 };
    return { status: "down", reasons: ["the database does not answer"], database: false, queue, evaluators: [], disk };
  }
}

async function readDisk(): Promise<Operations["disk"]> {
  const { bavail, blocks, bsize } = await statfs(env.stateFolder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

async function readQueue(): Promise<Operations["queue"]> {
  const [waiting, running, oldest] = await Promise.all([
    database().submission.count({ where: { state: "queued" } }),
    database().submission.count({ where: { state: { in: ["validating", "evaluating"] } } }),
    database().submission.findFirst({
      where: { state: "queued" },
      orderBy: { receivedAt: "asc" },
      select: { receivedAt: true },
    }),
  ]);
  const oldestSeconds = oldest ? Math.max(0, (Date.now() - oldest.receivedAt.getTime()) / 1000) : 0;
  return { waiting, running, oldestSeconds: Math.round(oldestSeconds) };
}

async function readEvaluators(): Promise<EvaluatorRow[]> {
  const now = Date.now();
  const nodes = await database().evaluatorNode.findMany({
    where: { seenAt: { gt: new Date(now - FORGOTTEN_MS) } },
    orderBy: { seenAt: "desc" },
    take: 100,
    omit: { pid: true, address: true, startedAt: true },
  });
  return nodes.map((node) => ({ ...node, alive: now - node.seenAt.getTime() < ALIVE_MS }));
}

export interface Cause {
  state: string;
  /** The first problem's code, or the reference of a failure of ours. */
  cause: string;
  count: number;
  latestId: string;
}

/** Why submissions were rejected or failed in the last seven days, most frequent first. */
export async function readCauses(): Promise<Cause[]> {
  const since = new Date(Date.now() - FAILURE_DAYS * 24 * 60 * 60 * 1000);
  const rows = await database().$queryRaw<(Omit<Cause, "count"> & { count: bigint })[]>`
    SELECT state::text, coalesce(problems->0->>'code', failure, 'unknown') AS cause, count(*) AS count,
           (array_agg(id ORDER BY "receivedAt" DESC))[1] AS "latestId"
    FROM "Submission" WHERE state IN ('rejected', 'failed') AND "receivedAt" > ${since}
    GROUP BY 1, 2 ORDER BY state, count(*) DESC LIMIT 100`;
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}
