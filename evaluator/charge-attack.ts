import type { ChallengeFile } from "#contest/challenge.ts";
import type { Problem } from "#contest/problem.ts";
import type { Prisma, Submission } from "#store/generated/client.ts";

/** Carries the refusal out of the transaction, which is undone by it. */
export class OverBudget extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }
}

/**
 * Where models can be asked, charges every row of a submitted attack to its author's budget for each defense that it is
 * about to meet, so that an attack file is no free query; their own models and the house's attacks are free. Models that come later meet it
 * for nothing: it was not made with their answers. Inside admission's transaction: throws OverBudget, and so charges
 * nothing, where one of the budgets has too little left.
 */
export async function chargeAttack(
  tx: Prisma.TransactionClient,
  { queries }: Pick<ChallengeFile, "queries">,
  { challengeId, personId, origin }: Pick<Submission, "challengeId" | "personId" | "origin">,
  rows: number,
): Promise<void> {
  if (queries === null || origin !== "person") return;
  const { budget } = queries;
  const met = { challengeId, disqualified: null, personId: { not: personId } };
  const defenses = await tx.defense.findMany({ where: met, select: { id: true, name: true }, orderBy: { id: "asc" } });
  const charged = await tx.$queryRaw<{ defenseId: string }[]>`
    INSERT INTO "QueryLedger" ("personId", "defenseId", "challengeId", "spent", "attackRows", "budget")
    SELECT ${personId}, id, ${challengeId}, ${rows}::int, ${rows}::int, ${budget}::int
    FROM unnest(${defenses.map(({ id }) => id)}::text[]) AS id WHERE ${rows}::int <= ${budget}::int ORDER BY id
    ON CONFLICT ("personId", "defenseId") DO UPDATE
      SET "spent" = "QueryLedger"."spent" + EXCLUDED."spent", "budget" = EXCLUDED."budget", "lastAt" = now(),
        "attackRows" = "QueryLedger"."attackRows" + EXCLUDED."attackRows"
      WHERE "QueryLedger"."spent" + EXCLUDED."spent" <= EXCLUDED."budget"
    RETURNING "defenseId"`;
  const paid = new Set(charged.map(({ defenseId }) => defenseId));
  const short = defenses.find(({ id }) => !paid.has(id));
  if (!short) return;
  const where = { personId_defenseId: { personId, defenseId: short.id } };
  const spent = (await tx.queryLedger.findUnique({ where }))?.spent ?? 0;
  throw new OverBudget({
    code: "query-budget-exhausted",
    message:
      "Every row of an attack is charged to the budget of each defense that it meets, and one has too little left.",
    where: `defense ${short.id} (${short.name})`.slice(0, 300),
    expected: `at most ${Math.max(0, budget - spent)} rows`,
    found: `${rows} rows`,
    fix: "Submit fewer rows, those that you are surest of. Nothing was charged.",
  });
}
