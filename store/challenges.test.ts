import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freshDatabase } from "#commands/test-database.ts";
import { env, provide } from "#env.ts";
import { addChallenge } from "#store/challenges.ts";
import { closeDatabase, database } from "#store/database.ts";

let folder: string;
let drop: () => Promise<void>;
beforeAll(async () => {
  const state = await mkdtemp(join(tmpdir(), "gauntlet-challenges-"));
  const fresh = await freshDatabase();
  drop = fresh.drop;
  provide({ DATABASE_URL: fresh.url, GAUNTLET_STATE: state });
  folder = join(state, "tiny-nogrid");
  await cp(resolve(import.meta.dirname, "../challenges/tiny-nogrid"), folder, { recursive: true });
}, 120_000);
afterAll(async () => {
  await closeDatabase();
  await drop();
  await rm(env.stateFolder, { recursive: true, force: true });
});

const edit = async (from: string, to: string) => {
  const file = join(folder, "challenge.yaml");
  await writeFile(file, (await readFile(file, "utf8")).replace(from, to));
};
const submissions = () => database().submission.count();
const changes = () => database().challengeChange.findMany();

test("a folder becomes a challenge whose baselines wait for the evaluator, without a score", async () => {
  expect(await addChallenge(folder)).toEqual({ slug: "tiny-nogrid", change: "added" });
  expect(await database().submission.count({ where: { state: "queued", origin: "baseline" } })).toBe(3);
  expect(await database().evaluation.count()).toBe(0);
});

test("the same folder again changes nothing", async () => {
  expect(await addChallenge(folder)).toEqual({ slug: "tiny-nogrid", change: "none" });
  expect(await submissions()).toBe(3);
  expect(await changes()).toEqual([]);
});

test("a rule changed after the opening is a public row that says which", async () => {
  await edit("minimumCleanAccuracy: 0.6", "minimumCleanAccuracy: 0.7");
  expect(await addChallenge(folder)).toEqual({ slug: "tiny-nogrid", change: "changed" });
  expect(await changes()).toMatchObject([{ summary: "Changed after the opening: minimumCleanAccuracy." }]);
});

test("points cannot change after the opening", async () => {
  await cp(join(folder, "data/holdout_x.npy"), join(folder, "data/points_x.npy"));
  expect(await addChallenge(folder)).toMatchObject({ problems: [{ code: "data-frozen" }] });
});

test("a folder that is refused leaves no trace", async () => {
  const before = await database().challenge.findMany();
  await appendFile(join(folder, "challenge.yaml"), "\nno-such-key: 1\n");
  expect(await addChallenge(folder)).toMatchObject({ problems: [{ code: "bad-challenge-file" }] });
  expect(await database().challenge.findMany()).toEqual(before);
});
