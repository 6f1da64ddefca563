import "server-only";
import { budgetsOf, HOUSE_ATTACKS, type HouseAttack, stageName, stagesOf } from "#contest/gauntlet.ts";
import { ABOUT_HOUSE_ATTACKS } from "#contest/house-attacks.ts";
import { readChallenge } from "#data/challenges.ts";
import { type EvaluationRow, meetingColumns } from "#data/evaluation-columns.ts";
import { type EvaluationQuery, readEvaluationPage } from "#data/evaluations.ts";
import type { Column, Given, Table } from "#data/table.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

/** One of the house's own attacks on a challenge: what it is, what it may spend, what it did. Null: no such attack or challenge. */
export async function readHouseAttack(viewer: Viewer | null, slug: string, attack: string) {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge || !isHouseAttack(attack)) return null;
  const score = await database().houseScore.findUnique({
    where: { challengeId_attack: { challengeId: challenge.id, attack } },
    select: { met: true, success: true, attacked: true, queries: true, firstAt: true },
  });
  return {
    ...{ key: attack, ...HOUSE_ATTACKS[attack], ...ABOUT_HOUSE_ATTACKS[attack], budgets: budgetsOf(attack) },
    challenge: { slug, title: challenge.title },
    met: score?.met ?? 0,
    success: score?.success ?? 0,
    /** Inputs that models were asked for, a point that it was run on; null where it was run on none. */
    queries: score && score.attacked > 0n ? Math.round(Number(score.queries) / Number(score.attacked)) : null,
    firstAt: score?.firstAt ?? null,
  };
}
export type HouseAttackView = NonNullable<Awaited<ReturnType<typeof readHouseAttack>>>;

function isHouseAttack(name: string): name is HouseAttack {
  return Object.hasOwn(HOUSE_ATTACKS, name);
}

const stage: Column<EvaluationRow> = {
  key: "stage",
  head: "Run as",
  about: "The attack's name and the variant of the gradient that it climbed",
  value: (row) => row.subject,
};
const columns = [meetingColumns[0]!, stage, ...meetingColumns.slice(1)];

/** What one of the house's attacks did to each defense of a challenge, a line a stage; `place` is "slug/attack". */
export async function readHouseMeetings(
  viewer: Viewer | null,
  place: string,
  given: Given,
): Promise<Table<EvaluationRow, EvaluationQuery> | null> {
  const [slug = "", attack = ""] = place.split("/");
  const challenge = await readChallenge(viewer, slug);
  if (!challenge || !isHouseAttack(attack)) return null;
  const where = { challengeId: challenge.id, kind: "house", subject: { in: stagesOf(attack) } } as const;
  const page = await readEvaluationPage(where, given, (subject) => {
    const tier = subject.split("/")[0];
    return tier === "full" ? stageName(subject) : `${stageName(subject)} (${tier})`;
  });
  return { name: `${slug}-${attack}`, columns, ...page };
}
