import "server-only";
import { ChallengeFile } from "#contest/challenge.ts";
import { attemptsLeft, type SpentAttempt, type SubmissionKind } from "#contest/submission.ts";
import type { Viewer } from "#data/viewer.ts";
import { type Db, database } from "#store/database.ts";
import type { Challenge } from "#store/generated/client.ts";

const DAY = 24 * 60 * 60 * 1000;

/** What is left of today's attempts at this challenge, out of how many, and when the next comes back. */
export interface Attempts {
  left: number;
  perDay: number;
  nextAt: Date | null;
}

/** The viewer's attempts now; `db` is the transaction that is about to spend one, where there is one. */
export async function attemptsOf(
  viewer: Viewer,
  challenge: Pick<Challenge, "id" | "config">,
  kind: SubmissionKind,
  db: Db = database(),
): Promise<Attempts> {
  const now = new Date();
  const { limits } = ChallengeFile.parse(challenge.config);
  const perDay = kind === "defense" ? limits.defensesPerDay : limits.attacksPerDay;
  const earlier = await db.submission.findMany({
    where: { personId: viewer.id, challengeId: challenge.id, kind, receivedAt: { gt: new Date(now.getTime() - DAY) } },
    select: { receivedAt: true, attempt: true },
  });
  const spent = earlier.map((row) => ({ receivedAt: row.receivedAt, outcome: row.attempt as SpentAttempt["outcome"] }));
  return { perDay, ...attemptsLeft(spent, perDay, now) };
}
