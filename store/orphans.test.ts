import { readFileSync, utimesSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSite, type Site } from "#data/testing/site.ts";
import { artifactFile, hasArtifact, putBytes } from "#store/artifacts.ts";
import { ARTIFACT_COLUMNS, collectOrphans, OTHER_HASHES } from "#store/orphans.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site?.close());

test("every column of the schema that is named like an artifact's is on one of the two lists", () => {
  const schema = readFileSync("prisma/schema.prisma", "utf8");
  const columns = [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].flatMap(([, model, body]) =>
    [...body!.matchAll(/^ {2}(\w+(?:Sha|Artifact))\s+String/gm)].map(([, column]) => `${model}.${column}`),
  );
  const listed = [...ARTIFACT_COLUMNS, ...OTHER_HASHES].map((pair) => pair.join("."));
  expect(columns.toSorted()).toEqual(listed.toSorted());
});

/** Stores bytes as if so many days ago. */
async function stored(text: string, days: number): Promise<string> {
  const { sha256 } = await putBytes(Buffer.from(text));
  const then = new Date(Date.now() - days * 86_400_000);
  await utimes(await artifactFile(sha256), then, then);
  return sha256;
}

async function submission(columns: { uploadSha: string; sideSha?: string }) {
  const { challenge, people } = site;
  const rest = { kind: "defense", form: {}, name: "x", uploadName: "x", uploadBytes: 1 } as const;
  await site.db.submission.create({
    data: { ...rest, ...columns, challengeId: challenge.id, personId: people.organizer.id },
  });
}

test("what a row names stays, what is young stays, the rest is told of, and deleted only when asked", async () => {
  const points = site.challenge.pointsSha;
  await utimes(await artifactFile(points), 0, 0);
  const [upload, side] = [await stored("an upload", 30), await stored("a side", 30)];
  await submission({ uploadSha: upload, sideSha: side });
  const [orphan, young] = [await stored("nobody's", 2), await stored("under way", 0.9)];
  const told: string[] = [];
  const tell = (sha256: string) => told.push(sha256);

  expect(await collectOrphans(0, false, tell)).toMatchObject({ artifacts: 6, orphans: 1, orphanBytes: 8, deleted: 0 });
  expect(told).toEqual([orphan]);
  expect(await collectOrphans(3, true)).toMatchObject({ orphans: 0, deleted: 0 });
  expect(await collectOrphans(0, true)).toMatchObject({ orphans: 1, deleted: 1 });
  expect(await hasArtifact(orphan)).toBe(false);
  for (const kept of [points, upload, side, young]) expect(await hasArtifact(kept)).toBe(true);
});

test("what is stored again is young again", async () => {
  const orphan = await stored("wanted after all", 2);
  await putBytes(Buffer.from("wanted after all"));
  expect(await collectOrphans(1, true)).toMatchObject({ orphans: 0, deleted: 0 });
  expect(await hasArtifact(orphan)).toBe(true);
});

test("one that is stored again between the look and the deletion stays", async () => {
  const orphan = await stored("wanted while it was looked at", 2);
  const path = await artifactFile(orphan);
  const now = new Date();
  const sum = await collectOrphans(1, true, () => utimesSync(path, now, now));
  expect(sum).toMatchObject({ orphans: 1, deleted: 0 });
  expect(await hasArtifact(orphan)).toBe(true);
});
