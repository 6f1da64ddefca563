import { distinctFlags, type Flag, flagKey, flagOf } from "#contest/flags.ts";
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
    const where = { kind: "flagged", defenseId, evaluatorVersion: EVALUATOR_VERSION } as const;
    const before = await tx.historyRecord.findMany({ where, select: { detail: true } });
    const recorded = new Set(before.flatMap(({ detail }) => flagOf(detail) ?? []).map(flagKey));
    await tx.historyRecord.createMany({
      data: distinctFlags(flags)
        .filter((flag) => !recorded.has(flagKey(flag)))
        .map(({ id, ...rest }) => ({ ...where, challengeId: challenge.row.id, detail: { flag: id, ...rest } })),
    });
  });
}
