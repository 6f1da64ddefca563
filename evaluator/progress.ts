import type { Problem } from "#contest/problem.ts";
import type { SubmissionState } from "#contest/submission.ts";
import type { Context } from "#evaluator/context.ts";
import { announce } from "#store/changes.ts";
import { clock, type Db } from "#store/database.ts";
import type { Prisma, Submission } from "#store/generated/client.ts";

/** Terminal states are left by nobody: a job that runs twice changes nothing the second time. */
const OPEN: SubmissionState[] = ["received", "queued", "validating", "evaluating"];

/** Moves a submission on and writes the change into its log. False when it had already come to its end. */
export async function move(
  db: Db,
  id: string,
  to: SubmissionState,
  message: string,
  more: Prisma.SubmissionUpdateManyMutationInput = {},
): Promise<boolean> {
  const changed = await db.submission.updateMany({
    where: { id, state: { in: OPEN } },
    data: { state: to, stage: message, ...more },
  });
  if (changed.count === 0) return false;
  await db.submissionEvent.create({ data: { submissionId: id, state: to, message } });
  await announce(db, id);
  return true;
}

/** Their fault: the end, with what is wrong. `ran` says whether an attempt is spent. */
export function reject(context: Context, id: string, problems: Problem[], ran: boolean): Promise<boolean> {
  return context.db.$transaction(async (tx) =>
    move(tx, id, "rejected", problems[0]!.message.slice(0, 300), {
      problems: problems as unknown as Prisma.InputJsonValue,
      attempt: ran ? "spent" : "free-rejection",
      finishedAt: await clock(tx),
    }),
  );
}

/** Our fault, after the last retry: the end, with a reference for the operators and the attempt given back. */
export function fail(context: Context, id: string, reference: string): Promise<boolean> {
  return context.db.$transaction(async (tx) =>
    move(tx, id, "failed", `This failed on our side, not on yours (reference ${reference}). No attempt was spent.`, {
      failure: reference,
      attempt: "refunded",
      finishedAt: await clock(tx),
    }),
  );
}

const WRITE_MS = 250;

/** Writes how far a submission is, at most four times a second; the last call wins. */
export function progressOf(
  context: Context,
  submission: Submission,
): (stage: string, done: number, total: number) => void {
  let latest: { stage: string; done: number; total: number } | null = null;
  const write = async () => {
    const data = latest!;
    latest = null;
    await context.db.submission.updateMany({ where: { id: submission.id, state: { in: OPEN } }, data });
    await announce(context.db, submission.id);
  };
  return (stage, done, total) => {
    const waiting = latest !== null;
    latest = { stage, done, total };
    if (waiting) return;
    setTimeout(() => void write().catch((error) => context.log.warn({ error: String(error) }, "progress")), WRITE_MS);
  };
}
