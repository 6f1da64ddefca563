import { everyArtifact, removeArtifact, storedArtifact } from "#store/artifacts.ts";
import { database } from "#store/database.ts";
import { Prisma } from "#store/generated/client.ts";

/** The columns that name artifacts: what none of them names is an orphan. A test holds the list to the schema. */
export const ARTIFACT_COLUMNS = [
  ["Challenge", "pointsSha"],
  ["Challenge", "labelsSha"],
  ["Challenge", "holdoutXSha"],
  ["Challenge", "holdoutYSha"],
  ["Submission", "uploadSha"],
  ["Submission", "sideSha"],
  ["Defense", "modelSha"],
  ["Attack", "examplesSha"],
  ["Evaluation", "modelSha"],
  ["Evaluation", "examplesSha"],
  ["Evaluation", "pointsSha"],
  ["ShardStage", "examplesSha"],
] as const;

/** Columns of a like name that hold hashes of content which is kept nowhere by itself. */
export const OTHER_HASHES = [["Submission", "contentSha"]] as const;

/** An upload is stored before its row is there; younger artifacts are never orphans, whoever asks. */
export const YOUNGEST_DAYS = 1;
const DAY_MS = 24 * 60 * 60_000;
/** Artifacts that are looked for in the database at once. */
const BATCH = 20_000;

export interface Orphans {
  /** Artifacts of the store, and of them those that no row names and that are old enough. */
  artifacts: number;
  bytes: number;
  orphans: number;
  orphanBytes: number;
  deleted: number;
}

/**
 * Looks through the whole store for artifacts that no row names, older than `olderThanDays` (1 at least); `found` is
 * called with each. With `remove` they are deleted; one that somebody stored again meanwhile stays.
 */
export async function collectOrphans(
  olderThanDays: number,
  remove: boolean,
  found: (sha256: string, bytes: number) => void = () => {},
): Promise<Orphans> {
  const cutoff = Date.now() - Math.max(YOUNGEST_DAYS, olderThanDays) * DAY_MS;
  const sum: Orphans = { artifacts: 0, bytes: 0, orphans: 0, orphanBytes: 0, deleted: 0 };
  const look = async (old: Map<string, number>) => {
    const named = await namesIn([...old.keys()]);
    for (const [sha256, bytes] of old) {
      if (named.has(sha256)) continue;
      sum.orphans++;
      sum.orphanBytes += bytes;
      found(sha256, bytes);
      if (remove && (await removeStill(sha256, cutoff))) sum.deleted++;
    }
  };
  let old = new Map<string, number>();
  for await (const { sha256, bytes, renewed } of everyArtifact()) {
    sum.artifacts++;
    sum.bytes += bytes;
    if (renewed.getTime() < cutoff) old.set(sha256, bytes);
    if (old.size < BATCH) continue;
    await look(old);
    old = new Map();
  }
  await look(old);
  return sum;
}

async function removeStill(sha256: string, cutoff: number): Promise<boolean> {
  const now = await storedArtifact(sha256);
  if (now === null || now.renewed.getTime() >= cutoff) return false;
  await removeArtifact(sha256);
  return true;
}

/** Those of the hashes that a row names. */
async function namesIn(hashes: string[]): Promise<Set<string>> {
  const named = new Set<string>();
  if (hashes.length === 0) return named;
  for (const [table, column] of ARTIFACT_COLUMNS) {
    const [from, of] = [Prisma.raw(`"${table}"`), Prisma.raw(`"${column}"`)];
    const rows = await database().$queryRaw<{ sha: string }[]>`
      SELECT DISTINCT ${of} AS sha FROM ${from} WHERE ${of} = ANY(${hashes})`;
    for (const { sha } of rows) named.add(sha);
  }
  return named;
}
