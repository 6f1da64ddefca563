import "server-only";
import { runsTheSite } from "#data/approvals.ts";
import { boss } from "#data/boss.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import { EVALUATE } from "#store/queue.ts";

/** What is shown of a queue that may be long. */
const SHOWN = 20;

/** A job of a submission or of a part of the gauntlet. */
export interface QueuedRow {
  id: string;
  /** "evaluate", or a tier of the gauntlet ("quick", "full", "beyond"). */
  lane: string;
  /** Of a full tier that is split: which part of it, from 0. */
  shard: number | null;
  /** The evaluators that take it, "1.0.0" or "1.0.0, accelerated"; null where all do. */
  version: string | null;
  kind: "defense" | "attack";
  submissionId: string;
  name: string;
  challenge: string;
  author: string;
  running: boolean;
  /** How often it was tried before. */
  retries: number;
  /** The higher goes first; within submissions 0 is somebody's first, -1 a second. */
  priority: number;
  since: Date;
}

export interface QueueView {
  rows: QueuedRow[];
  /** Jobs in all, running and waiting. */
  total: number;
}

type Read = Omit<QueuedRow, "shard" | "since"> & { shard: string | null; since: Date };

/**
 * What evaluators do and will do next: running jobs, then those that wait in the order in which they are taken, submissions
 * before the gauntlet, twenty of each. Null for those who do not run the site.
 */
export async function readQueueView(viewer: Viewer | null): Promise<QueueView | null> {
  if (!runsTheSite(viewer)) return null;
  // Makes the queue's tables where no job has ever been sent.
  await boss();
  const rows = await database().$queryRaw<(Read & { total: bigint })[]>`
    WITH jobs AS (
      SELECT j.id, j.name = ${EVALUATE} AS submission, j.name AS queue, coalesce(j.data->>'id', j.data->>'defenseId') AS "submissionId",
        coalesce(j.data->>'tier', 'evaluate') AS lane, j.data->>'shard' AS shard, j.state = 'active' AS running,
        j.retry_count AS retries, j.priority, coalesce(j.started_on, j.created_on) AS since,
        row_number() OVER (PARTITION BY j.name = ${EVALUATE} ORDER BY (j.state = 'active') DESC, j.priority DESC, j.created_on, j.id) AS place,
        count(*) OVER () AS total
      FROM pgboss.job j WHERE j.state <= 'active' AND (j.name = ${EVALUATE} OR j.name LIKE 'gauntlet/%'))
    SELECT jobs.id::text, lane, shard, CASE WHEN submission THEN NULL ELSE replace(substr(queue, 10), '/', ', ') END AS version, s."kind"::text, "submissionId",
      s."name", c."slug" AS challenge, p."handle" AS author, running, retries, priority, since, jobs.total
    FROM jobs JOIN "Submission" s ON s."id" = "submissionId" JOIN "Challenge" c ON c."id" = s."challengeId" JOIN "Person" p ON p."id" = s."personId"
    WHERE place <= ${SHOWN} ORDER BY submission DESC, place`;
  return {
    rows: rows.map(({ total: _total, shard, ...row }) => ({ ...row, shard: shard === null ? null : Number(shard) })),
    total: Number(rows[0]?.total ?? 0),
  };
}
