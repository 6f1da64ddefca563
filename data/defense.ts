import "server-only";
import { cache } from "react";
import { ChallengeFile } from "#contest/challenge.ts";
import { flaggedWords } from "#contest/flags.ts";
import { ModelFacts } from "#contest/report.ts";
import { DefenseForm } from "#contest/submission.ts";
import { type Breaker, breakerOf } from "#data/breaks.ts";
import { wholePercents } from "#data/defense-board.ts";
import { levelFrom } from "#data/levels.ts";
import { modelIsOpen } from "#data/models.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** A defense with everything about it but its evaluations, or null. */
export const readDefense = cache(async (viewer: Viewer | null, id: string) => {
  const defense = await database().defense.findUnique({
    where: { id },
    include: {
      challenge: {
        select: { id: true, slug: true, title: true, config: true, grid: true, organizerId: true, revealsAt: true },
      },
      person: { select: { id: true, handle: true, name: true } },
      submission: { select: { form: true, uploadSha: true } },
    },
  });
  if (!defense) return null;
  const { submission, challenge, level, facts, holdoutRight, holdoutN, ...row } = defense;
  const config = ChallengeFile.parse(challenge.config);
  return {
    ...row,
    challenge: { slug: challenge.slug, title: challenge.title, grid: challenge.grid },
    threatModel: config.threatModel,
    thresholds: config.thresholds,
    level: levelFrom(level),
    holdout: wholePercents(holdoutRight, holdoutN),
    // What a baseline's form lacks, or a later version of the form adds, must not hide the defense.
    form: DefenseForm.partial().catch({}).parse(submission.form),
    facts: ModelFacts.nullable().catch(null).parse(facts),
    modelOpen: modelIsOpen(viewer, defense),
  };
});
export type DefenseView = NonNullable<Awaited<ReturnType<typeof readDefense>>>;

/** A moment at which a defense lost points, and what took them. */
export interface Fall {
  evaluationId: string;
  at: Date;
  taken: number;
  standing: number;
  by: Breaker;
}

/**
 * How the standing of a defense fell, oldest first: the clean measurement, then every evaluation that took something.
 * At most as many as there are points.
 */
export async function readFalls(_viewer: Viewer | null, defenseId: string): Promise<Fall[]> {
  const evaluations = await database().evaluation.findMany({
    where: { defenseId, OR: [{ kind: "clean" }, { taken: { gt: 0 } }] },
    orderBy: { id: "asc" },
    take: 5000,
    select: {
      id: true,
      kind: true,
      subject: true,
      createdAt: true,
      taken: true,
      standingAfter: true,
      attack: { select: { id: true, name: true, person: { select: { handle: true, name: true } } } },
    },
  });
  return evaluations.map(({ id, subject, attack, createdAt, taken, standingAfter }) => ({
    evaluationId: String(id),
    at: createdAt,
    taken,
    standing: standingAfter,
    by: breakerOf(attack, { subject }),
  }));
}

/** The record of a defense: claims, breaks, withdrawals; oldest first. */
export async function readRecords(_viewer: Viewer | null, defenseId: string) {
  const records = await database().historyRecord.findMany({
    where: { defenseId },
    orderBy: [{ at: "asc" }, { id: "asc" }],
    take: 1000,
    include: { attack: { select: { id: true, name: true, person: { select: { handle: true, name: true } } } } },
  });
  return records.map(({ attack, detail, ...record }) => ({
    ...record,
    by: breakerOf(attack, detail),
    flagged: record.kind === "flagged" ? flaggedWords(detail) : null,
  }));
}
export type DefenseRecord = Awaited<ReturnType<typeof readRecords>>[number];
