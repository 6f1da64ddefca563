import "server-only";
import { z } from "zod";
import { Problem } from "#contest/problem.ts";
import { UNRANKED, type UnrankedReason } from "#contest/ranking.ts";
import { TERMINAL_STATES } from "#contest/submission.ts";
import { isOrganizer, type Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import type { Prisma } from "#store/generated/client.ts";

const WITH = {
  challenge: true,
  person: { select: { handle: true, name: true } },
  defense: true,
  attack: true,
} satisfies Prisma.SubmissionInclude;
export type SubmissionRow = Prisma.SubmissionGetPayload<{ include: typeof WITH }>;

/**
 * A submission that the viewer may see: their own, one to a challenge of theirs, a baseline, and everybody's once it is
 * scored. Null for all others.
 */
export async function findSubmission(viewer: Viewer | null, id: string): Promise<SubmissionRow | null> {
  const row = await database().submission.findUnique({ where: { id: id.slice(0, 40) }, include: WITH });
  return row && maySee(viewer, row) ? row : null;
}

function maySee(viewer: Viewer | null, row: SubmissionRow): boolean {
  return row.state === "scored" || row.origin === "baseline" || ownOrOrganized(viewer, row);
}

/** Whether it is the viewer's own, or they organize its challenge. */
export function ownOrOrganized(viewer: Viewer | null, row: Pick<SubmissionRow, "personId" | "challenge">): boolean {
  return viewer !== null && (viewer.id === row.personId || isOrganizer(viewer, row.challenge));
}

/** Where a submission is on its way. `place` counts from 1 while it waits; null otherwise. */
export interface Progress {
  status: SubmissionRow["state"];
  stage: string;
  done: number;
  total: number;
  place: number | null;
}

export async function progressOf(
  row: Pick<SubmissionRow, "state" | "stage" | "done" | "total" | "receivedAt">,
): Promise<Progress> {
  const place =
    row.state === "queued"
      ? 1 + (await database().submission.count({ where: { state: "queued", receivedAt: { lt: row.receivedAt } } }))
      : null;
  return { status: row.state, stage: row.stage, done: row.done, total: row.total, place };
}

export function isOver(state: SubmissionRow["state"]): boolean {
  return TERMINAL_STATES.includes(state);
}

/** The participant's problems as stored. */
export function problemsOfRow(row: Pick<SubmissionRow, "problems">): Problem[] {
  return z
    .array(Problem)
    .catch([])
    .parse(row.problems ?? []);
}

export interface LogLine {
  id: bigint;
  state: SubmissionRow["state"];
  message: string;
  at: Date;
}

/** The submission's log after event `after`, oldest first, at most 500 lines. */
export async function logOf(submissionId: string, after = 0n): Promise<LogLine[]> {
  return database().submissionEvent.findMany({
    where: { submissionId, id: { gt: after } },
    orderBy: { id: "asc" },
    take: 500,
    select: { id: true, state: true, message: true, at: true },
  });
}

export interface OwnSubmission {
  id: string;
  kind: SubmissionRow["kind"];
  name: string;
  challenge: { slug: string; title: string };
  state: SubmissionRow["state"];
  receivedAt: Date;
  /** The first problem of a rejected one. */
  problem: string | null;
  /** Robust accuracy of a defense, mean success of an attack; fractions. */
  score: number | null;
  withdrawn: boolean;
  /** For a defense: whether it is the one in the ranking, and why not. */
  ranked: boolean | null;
  unranked: string | null;
}

const PAGE = 50;

/** The viewer's submissions, newest first, one page at a time (from 1). */
export async function ownSubmissions(
  viewer: Viewer,
  page: number,
): Promise<{ rows: OwnSubmission[]; total: number; size: number }> {
  const where = { personId: viewer.id };
  const [total, rows] = await Promise.all([
    database().submission.count({ where }),
    database().submission.findMany({
      ...{ where, include: WITH, take: PAGE, skip: (page - 1) * PAGE },
      orderBy: [{ receivedAt: "desc" }, { id: "asc" }],
    }),
  ]);
  return { rows: rows.map(summary), total, size: PAGE };
}

function summary(row: SubmissionRow): OwnSubmission {
  const { id, kind, name, state, receivedAt, defense, attack } = row;
  const { slug, title } = row.challenge;
  return {
    ...{ id, kind, name, state, receivedAt, challenge: { slug, title } },
    problem: problemsOfRow(row)[0]?.message ?? null,
    score: defense && defense.n > 0 ? defense.standing / defense.n : (attack?.success ?? null),
    withdrawn: Boolean(defense?.withdrawnAt ?? attack?.withdrawnAt),
    ranked: defense ? defense.unranked === null : null,
    unranked: defense?.unranked ? (UNRANKED[defense.unranked as UnrankedReason] ?? defense.unranked) : null,
  };
}
