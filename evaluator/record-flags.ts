import type { Flag } from "#contest/flags.ts";
import type { Context } from "#evaluator/context.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { lockDefense } from "#evaluator/record-attack.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";

/**
 * Records the red flags that a tier raised on a defense, each once per evaluator version: the first evidence stays. They
 * decide nothing.
 */
export async function recordFlags(
  context: Pick<Context, "db">,
  challenge: Pick<LoadedChallenge, "row">,
  defenseId: string,
  flags: Flag[],
): Promise<void> {
  if (flags.length === 0) return;
  await context.db.$transaction(async (tx) => {
    await lockDefense(tx, defenseId);
    for (const { id, evidence } of flags) {
      const where = { kind: "flagged", defenseId, evaluatorVersion: EVALUATOR_VERSION } as const;
      if (await tx.historyRecord.findFirst({ where: { ...where, detail: { path: ["flag"], equals: id } } })) continue;
      await tx.historyRecord.create({
        data: { ...where, challengeId: challenge.row.id, detail: { flag: id, evidence } },
      });
    }
  });
}
