import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PgBoss } from "pg-boss";
import type { ChallengeFile } from "#contest/challenge.ts";
import { type Problem, Refusal } from "#contest/problem.ts";
import { putBytes } from "#store/artifacts.ts";
import { type ChallengeFolder, readChallengeFolder } from "#store/challenge-folder.ts";
import { database } from "#store/database.ts";
import type { Challenge, Prisma } from "#store/generated/client.ts";
import { houseAccount } from "#store/house.ts";
import { createQueues, enqueueSubmission, openBoss } from "#store/queue.ts";

export type Added = { slug: string; change: "added" | "changed" | "none" } | { problems: Problem[] };

/**
 * Loads a challenge's folder: the challenge, its data as artifacts, and its baselines as submissions, which the
 * evaluator then measures like anybody's. Idempotent: the same folder again changes nothing. After the opening, changes
 * are written into the challenge's public log, and its data may no longer change (rule 15).
 */
export async function addChallenge(folder: string): Promise<Added> {
  let read: ChallengeFolder;
  try {
    read = await readChallengeFolder(folder);
  } catch (error) {
    if (error instanceof Refusal) return { problems: error.problems };
    throw error;
  }
  const house = await houseAccount(database());
  const earlier = await database().challenge.findUnique({ where: { slug: read.slug } });
  const columns = await columnsOf(read);
  if (earlier && earlier.pointsSha !== columns.pointsSha && earlier.opensAt <= new Date())
    return { problems: [frozen(read.slug)] };
  const challenge = await save(read, columns, earlier, house);
  await submitBaselines(challenge, read, house);
  return { slug: read.slug, change: !earlier ? "added" : earlier.sha256 === read.sha256 ? "none" : "changed" };
}

async function columnsOf({ file, points, holdout, sha256 }: ChallengeFolder) {
  const { data, threatModel, dates } = file;
  const [pointsSha, labelsSha, holdoutXSha, holdoutYSha] = await Promise.all(
    [points.x, points.y, holdout.x, holdout.y].map(async (a) => (await putBytes(new Uint8Array(a.buffer))).sha256),
  );
  return {
    title: file.title,
    summary: file.summary,
    config: file as unknown as Prisma.InputJsonValue,
    sha256,
    n: points.n,
    classes: data.classes.length,
    grid: data.grid,
    norm: threatModel.norm,
    epsilon: threatModel.epsilon,
    pointsSha: pointsSha!,
    labelsSha: labelsSha!,
    holdoutN: holdout.n,
    holdoutXSha: holdoutXSha!,
    holdoutYSha: holdoutYSha!,
    opensAt: new Date(dates.opens),
    closesAt: dates.closes === null ? null : new Date(dates.closes),
    revealsAt: dates.reveals === null ? null : new Date(dates.reveals),
    test: file.test,
  };
}

type Columns = Awaited<ReturnType<typeof columnsOf>>;

async function save(
  { slug }: ChallengeFolder,
  columns: Columns,
  earlier: Challenge | null,
  house: string,
): Promise<Challenge> {
  return database().$transaction(async (tx) => {
    if (!earlier) return tx.challenge.create({ data: { slug, organizerId: house, ...columns } });
    if (earlier.sha256 === columns.sha256) return earlier;
    if (earlier.opensAt <= new Date())
      await tx.challengeChange.create({
        data: {
          challengeId: earlier.id,
          summary: `Changed after the opening: ${changedKeys(earlier.config as Record<string, unknown>, columns.config as Record<string, unknown>)}.`,
          sha256Before: earlier.sha256,
          sha256After: columns.sha256,
        },
      });
    return tx.challenge.update({ where: { id: earlier.id }, data: columns });
  });
}

function changedKeys(before: Record<string, unknown>, after: Record<string, unknown>): string {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...keys].filter((key) => canonical(before[key]) !== canonical(after[key]));
  return changed.join(", ") || "comments only";
}

/** JSON with sorted keys: PostgreSQL's jsonb does not keep their order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort())
      : inner,
  );
}

function frozen(slug: string): Problem {
  return {
    code: "data-frozen",
    message: "The challenge is open: its points can no longer change, since every result so far was measured on them.",
    where: slug,
    fix: "Load the new data as a challenge with another folder name.",
  };
}

type Baselines = ChallengeFile["baselines"];
type Baseline = Baselines["defenses"][number] | Baselines["attacks"][number];

interface Pending {
  kind: "defense" | "attack";
  baseline: Baseline;
  bytes: Buffer;
  sha256: string;
}

/** Submits the baselines that the challenge does not have yet, defenses first. The queue is opened only for them. */
async function submitBaselines(challenge: Challenge, read: ChallengeFolder, house: string): Promise<void> {
  const pending = await pendingBaselines(challenge, read);
  if (pending.length === 0) return;
  const boss = openBoss({ supervise: false });
  boss.on("error", () => {});
  await boss.start();
  try {
    await createQueues(boss);
    for (const each of pending) await submit(boss, challenge, house, each);
  } finally {
    await boss.stop({ graceful: false });
  }
}

async function pendingBaselines(challenge: Challenge, { folder, file }: ChallengeFolder): Promise<Pending[]> {
  const known = await database().submission.findMany({
    where: { challengeId: challenge.id, origin: "baseline" },
    select: { kind: true, uploadSha: true },
  });
  const submitted = new Set(known.map(({ kind, uploadSha }) => `${kind} ${uploadSha}`));
  const all = [
    ...file.baselines.defenses.map((baseline) => ({ kind: "defense" as const, baseline })),
    ...file.baselines.attacks.map((baseline) => ({ kind: "attack" as const, baseline })),
  ];
  const read = await Promise.all(
    all.map(async ({ kind, baseline }): Promise<Pending> => {
      const bytes = await readFile(join(folder, baseline.file));
      return { kind, baseline, bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
    }),
  );
  return read.filter(({ kind, sha256 }) => !submitted.has(`${kind} ${sha256}`));
}

async function submit(boss: PgBoss, challenge: Challenge, house: string, pending: Pending): Promise<void> {
  const { kind, bytes, sha256 } = pending;
  const { name, file, ...form } = pending.baseline;
  await putBytes(bytes);
  await database().$transaction(async (tx) => {
    const { id } = await tx.submission.create({
      data: {
        ...{ kind, name, form, challengeId: challenge.id, personId: house, origin: "baseline", state: "queued" },
        ...{ uploadSha: sha256, uploadName: file, uploadBytes: bytes.length },
      },
    });
    await tx.submissionEvent.create({ data: { submissionId: id, state: "queued", message: "queued as a baseline" } });
    await enqueueSubmission(boss, tx, id);
  });
}
