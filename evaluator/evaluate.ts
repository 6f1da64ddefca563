import { admitAttack } from "#evaluator/admit-attack.ts";
import { admitDefense, type Step } from "#evaluator/admit-defense.ts";
import { evaluatePairs, loadAttack } from "#evaluator/attack-pair.ts";
import type { Context } from "#evaluator/context.ts";
import { type LoadedChallenge, loadChallenge } from "#evaluator/points.ts";
import { move, progressOf, reject } from "#evaluator/progress.ts";
import { runTier } from "#evaluator/run-tier.ts";
import { publishSeeds } from "#evaluator/seeds.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { clock } from "#store/database.ts";
import { enqueueGauntlet } from "#store/gauntlet-queue.ts";
import type { Submission } from "#store/generated/client.ts";
import { enqueueRefresh } from "#store/queue.ts";

/** Attacks that one process measures against a new defense; bounds the rows that are in memory at once. */
const ATTACKS_A_RUN = 16;
/** Pairs listed at a time. */
const PAGE = 64;

/**
 * Evaluates one submission from wherever it stopped to its end: admits it, then measures every pair that has no
 * evaluation yet (rule 1). May be run twice, even at once: admission and each evaluation are recorded once. Throws for
 * faults of ours, which the queue retries.
 */
export async function evaluateSubmission(context: Context, id: string, signal?: AbortSignal): Promise<void> {
  const submission = await context.db.submission.findUnique({ where: { id }, include: { challenge: true } });
  if (!submission || ["scored", "rejected", "failed"].includes(submission.state)) return;
  // Before the first of its models is measured: nobody can say later that the noise was chosen.
  if (submission.challenge.seedHash === null) await publishSeeds(context.db, context.secret);
  const challenge = await loadChallenge(context, submission.challenge);
  const step: Step = { signal, progress: progressOf(context, submission) };
  if (!(await isAdmitted(context, submission))) {
    await context.db.$transaction(async (tx) =>
      move(tx, id, "validating", "in the sandbox: checking the file", {
        startedAt: submission.startedAt ?? (await clock(tx)),
      }),
    );
    const admit = submission.kind === "defense" ? admitDefense : admitAttack;
    const refusal = await admit(context, challenge, submission, step);
    if (refusal) return void (await reject(context, id, refusal.refused, refusal.ran));
  }
  await context.db.$transaction((tx) =>
    move(
      tx,
      id,
      "evaluating",
      submission.kind === "defense" ? "admitted: facing the archived attacks" : "admitted: meeting the defenses",
    ),
  );
  if (submission.kind === "defense") {
    await faceAttacks(context, challenge, id, step);
    await runTier(context, challenge, id, "quick", step);
  } else await meetDefenses(context, challenge, id, step);
  await enqueueRefresh(context.boss, challenge.row.id);
  if (submission.kind === "defense") await enqueueGauntlet(context, EVALUATOR_VERSION, { defenseId: id, tier: "full" });
  await context.db.$transaction(async (tx) =>
    move(tx, id, "scored", "scored", { finishedAt: await clock(tx), done: 1, total: 1 }),
  );
}

async function isAdmitted(context: Context, { id, kind }: Submission): Promise<boolean> {
  const where = { where: { id } };
  return (kind === "defense" ? await context.db.defense.count(where) : await context.db.attack.count(where)) > 0;
}

/** A new defense meets every archived attack, in order of receipt; those admitted meanwhile are met by their own job. */
async function faceAttacks(context: Context, challenge: LoadedChallenge, id: string, step: Step): Promise<void> {
  const missing = {
    challengeId: challenge.row.id,
    NOT: { evaluations: { some: { defenseId: id, evaluatorVersion: EVALUATOR_VERSION } } },
  };
  const total = await context.db.attack.count({ where: missing });
  let met = 0;
  for (;;) {
    const rows = await context.db.attack.findMany({
      where: missing,
      orderBy: { receivedAt: "asc" },
      take: ATTACKS_A_RUN,
    });
    const defense = await context.db.defense.findUniqueOrThrow({ where: { id } });
    if (rows.length === 0 || defense.disqualified) return;
    const attacks = await Promise.all(rows.map(loadAttack));
    step.progress(`facing attack ${met + 1} of ${total}`, met, total);
    await evaluatePairs(context, challenge, defense, attacks, step);
    met += rows.length;
  }
}

/** A new attack meets every defense, unranked and withdrawn ones included, as many at once as there are slots. */
async function meetDefenses(context: Context, challenge: LoadedChallenge, id: string, step: Step): Promise<void> {
  const attack = await loadAttack(await context.db.attack.findUniqueOrThrow({ where: { id } }));
  const missing = {
    challengeId: challenge.row.id,
    disqualified: null,
    NOT: { evaluations: { some: { attackId: id, evaluatorVersion: EVALUATOR_VERSION } } },
  };
  const total = await context.db.defense.count({ where: missing });
  let met = 0;
  for (;;) {
    const defenses = await context.db.defense.findMany({ where: missing, orderBy: { receivedAt: "asc" }, take: PAGE });
    if (defenses.length === 0) return;
    await inParallel(defenses, context.width, async (defense) => {
      step.progress(`meeting defense ${Math.min(met + 1, total)} of ${total}`, met, total);
      await evaluatePairs(context, challenge, defense, [attack], step);
      met++;
      step.progress(`met ${met} of ${total} defenses`, met, total);
    });
  }
}

/** Runs `use` on every item, at most `width` at once. The first failure is thrown after the running ones have ended. */
async function inParallel<T>(items: T[], width: number, use: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const results = await Promise.allSettled(
    Array.from({ length: width }, async () => {
      for (const item of queue) await use(item);
    }),
  );
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
