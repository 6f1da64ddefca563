import "server-only";
import { cache } from "react";
import { getBit } from "#contest/bits.ts";
import { ChallengeFile } from "#contest/challenge.ts";
import { stageName } from "#contest/gauntlet.ts";
import { DOZEN } from "#data/gallery-rule.ts";
import { pointsOf, seesAll } from "#data/house-examples.ts";
import type { Viewer } from "#data/viewer.ts";
import { readArtifact } from "#store/artifacts.ts";
import { database } from "#store/database.ts";

/** A point that fell to the house: with which example, and what the defense answered to it. */
export interface HouseExample {
  point: number;
  /** Class names; the answer is null where the output was no valid one. */
  label: string;
  answer: string | null;
  attack: string;
  evaluationId: string;
  /** The example: which row of which artifact. */
  examplesSha: string;
  row: number;
}

/**
 * The points of a defense that fell to the house, in the order of its stages and then of their numbers. `dozen` are the
 * first twelve, which anybody may see (rule 10): what is recorded later never changes them. `open` are those that the
 * viewer may see. Null: no such defense.
 */
export const readHouseGallery = cache(async (viewer: Viewer | null, defenseId: string) => {
  const defense = await database().defense.findUnique({
    where: { id: defenseId },
    select: { personId: true, origin: true, cleanBits: true, challenge: true },
  });
  if (!defense) return null;
  const { challenge, cleanBits } = defense;
  const config = ChallengeFile.parse(challenge.config);
  const stages = await database().evaluation.findMany({
    where: { defenseId, kind: "house", broken: { gt: 0 }, examplesSha: { not: null } },
    orderBy: { id: "asc" },
    select: { id: true, subject: true, bits: true, answers: true, examplesSha: true },
  });
  const labels = stages.length > 0 ? words(await readArtifact(challenge.labelsSha)) : new Uint16Array();
  const { classes } = config.data;
  const fell = new Map<number, HouseExample>();
  for (const { id, subject, bits, answers, examplesSha } of stages) {
    const answered = words(answers!);
    for (const [row, point] of pointsOf(answers!).entries()) {
      if (fell.has(point) || getBit(bits!, point) || !getBit(cleanBits!, point)) continue;
      const [label, answer] = [classes[labels[point]!] ?? "?", classes[answered[point]!] ?? null];
      fell.set(point, {
        ...{
          point,
          row,
          label,
          answer,
          examplesSha: examplesSha!,
          attack: stageName(subject),
          evaluationId: String(id),
        },
      });
    }
  }
  const all = [...fell.values()];
  const dozen = all.slice(0, DOZEN);
  const open = seesAll(viewer, defense) ? all : dozen;
  return { fell: all, dozen, open, config, pointsSha: challenge.pointsSha, revealsAt: challenge.revealsAt };
});

/** The little-endian uint16 values in `bytes`. */
function words(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(bytes.slice().buffer);
}
