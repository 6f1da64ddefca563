import "server-only";
import { cache } from "react";
import { z } from "zod";
import { ChallengeFile } from "#contest/challenge.ts";
import { AttackForm } from "#contest/submission.ts";
import { Norm } from "#contest/threat-model.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

const five = z.array(z.number()).length(5);

/** Attack.distances, as evaluator/distances.ts writes it: input units, quantiles from the least to the largest. */
const Distances = z.object({
  quantiles: z.object({ linf: five, l2: five, l1: five, l0: five }),
  histogram: z
    .object({ norm: Norm, edges: z.array(z.number()).min(2).max(1001), counts: z.array(z.number().int().min(0)) })
    .refine(({ edges, counts }) => edges.length === counts.length + 1),
});
export type Distances = z.infer<typeof Distances>;

/** Attack.rowFaults, as evaluator/admit-attack.ts writes it: by rule, how many rows and the first of them. */
const RowFaults = z.record(
  z.string(),
  z.object({
    count: z.number(),
    first: z.array(z.object({ row: z.number(), point: z.number(), by: z.number().optional() })).default([]),
  }),
);

/** An attack with everything about it but its evaluations and examples, or null. */
export const readAttack = cache(async (_viewer: Viewer | null, id: string) => {
  const attack = await database().attack.findUnique({
    where: { id },
    omit: { points: true },
    include: {
      challenge: { select: { slug: true, title: true, config: true, grid: true, revealsAt: true } },
      person: { select: { handle: true, name: true } },
      submission: { select: { form: true } },
    },
  });
  if (!attack) return null;
  const { submission, challenge, distances, rowFaults, queries, targetId, ...row } = attack;
  const target =
    targetId === null
      ? null
      : await database().defense.findUnique({ where: { id: targetId }, select: { id: true, name: true } });
  return {
    ...row,
    target,
    challenge: { slug: challenge.slug, title: challenge.title, grid: challenge.grid, revealsAt: challenge.revealsAt },
    threatModel: ChallengeFile.parse(challenge.config).threatModel,
    queries: queries === null ? null : Number(queries),
    form: AttackForm.partial().catch({}).parse(submission.form),
    distances: Distances.nullable().catch(null).parse(distances),
    faults: Object.entries(RowFaults.catch({}).parse(rowFaults)).map(([rule, fault]) => ({ rule, ...fault })),
  };
});
export type AttackView = NonNullable<Awaited<ReturnType<typeof readAttack>>>;
