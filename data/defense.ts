import "server-only";
import { cache } from "react";
import { ChallengeFile } from "#contest/challenge.ts";
import { ModelFacts } from "#contest/report.ts";
import { DefenseForm } from "#contest/submission.ts";
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
