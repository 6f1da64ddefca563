import { HOUSE_ATTACKS, type Stage } from "#contest/gauntlet.ts";
import type { Defense, Prisma } from "#store/generated/client.ts";
import { houseAccount } from "#store/house.ts";

interface Tally {
  /** Points that the stage was run on, and those of them that it broke. */
  attacked: number;
  broken: number;
  /** Inputs that the model answered or was differentiated at. */
  queries: number;
}

/**
 * Adds a stage that was just recorded to its attack's line on the board of the challenge. All tiers and variants of an
 * attack are one line: a cascade runs each on what the others left, so that what they broke adds up.
 */
export async function tallyStage(
  tx: Prisma.TransactionClient,
  defense: Pick<Defense, "id" | "challengeId" | "clean">,
  { attack }: Stage,
  { attacked, broken, queries }: Tally,
): Promise<void> {
  const runs = await tx.evaluation.count({
    where: { defenseId: defense.id, kind: "house", detail: { path: ["stage", "attack"], equals: attack } },
  });
  const met = runs > 1 ? 0 : 1;
  const share = broken / Math.max(1, defense.clean);
  await tx.$executeRaw`
    WITH line AS (
      INSERT INTO "HouseScore" AS s ("challengeId", "attack", "name", "personId", "met", "success", "attacked", "queries", "firstAt")
      VALUES (${defense.challengeId}, ${attack}, ${HOUSE_ATTACKS[attack].name}, ${await houseAccount(tx)}, 1, ${share}, ${attacked}, ${queries}, now())
      ON CONFLICT ("challengeId", "attack") DO UPDATE SET
        "success" = (s."success" * s."met" + ${share}) / (s."met" + ${met}), "met" = s."met" + ${met},
        "attacked" = s."attacked" + ${attacked}, "queries" = s."queries" + ${queries}
      RETURNING *
    )
    INSERT INTO "HouseScoreDay" ("challengeId", "attack", "day", "met", "success", "attacked", "queries")
    SELECT "challengeId", "attack", (now() AT TIME ZONE 'UTC')::date, "met", "success", "attacked", "queries" FROM line
    ON CONFLICT ("challengeId", "attack", "day") DO UPDATE SET "met" = EXCLUDED."met", "success" = EXCLUDED."success",
      "attacked" = EXCLUDED."attacked", "queries" = EXCLUDED."queries"`;
}
