import type { PgBoss } from "pg-boss";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freshDatabase } from "#commands/test-database.ts";
import { provide } from "#env.ts";
import { closeDatabase, database } from "#store/database.ts";
import {
  adoptGauntlets,
  createGauntletQueue,
  enqueueGauntlet,
  enqueueGauntlets,
  type GauntletJob,
  gauntletQueue,
} from "#store/gauntlet-queue.ts";
import type { PrismaClient } from "#store/generated/client.ts";
import {
  createQueues,
  EVALUATE,
  type EvaluateJob,
  enqueueSubmission,
  enqueueUnfinished,
  openBoss,
} from "#store/queue.ts";

const [OLD, NEW] = ["1.0.0-old", "2.0.0-new"];
let db: PrismaClient;
let boss: PgBoss;
let drop: () => Promise<void>;
beforeAll(async () => {
  const fresh = await freshDatabase();
  drop = fresh.drop;
  provide({ DATABASE_URL: fresh.url });
  db = database();
  boss = openBoss({ supervise: false });
  boss.on("error", () => {});
  await boss.start();
  await createQueues(boss);
});
afterAll(async () => {
  await boss?.stop({ graceful: false });
  await closeDatabase();
  await drop?.();
});
beforeEach(async () => {
  await db.defense.deleteMany();
  await db.submission.deleteMany();
  await db.evaluatorNode.deleteMany();
  await boss.deleteAllJobs(EVALUATE);
  for (const { name } of await boss.getQueues()) if (name.startsWith("gauntlet/")) await boss.deleteQueue(name);
});

const idOf = (handle: string) => ({ id: handle, handle, name: handle, email: `${handle}@example.org` });

/** A submission of somebody to a challenge, both made where there are none. */
async function submitted(handle: string, slug: string, name: string): Promise<string> {
  await db.person.createMany({ data: [idOf("organizer"), idOf(handle)], skipDuplicates: true });
  const facts = { title: slug, summary: "", config: {}, sha256: "", n: 1, classes: 2, norm: "Linf", epsilon: 0.1 };
  const data = { pointsSha: "", labelsSha: "", holdoutN: 0, holdoutXSha: "", holdoutYSha: "", opensAt: new Date(0) };
  await db.challenge.createMany({
    data: [{ ...facts, ...data, id: slug, slug, organizerId: "organizer" }],
    skipDuplicates: true,
  });
  const upload = { uploadSha: "", uploadName: "", uploadBytes: 1, form: {} };
  const entry = { kind: "defense", state: "queued", challengeId: slug, personId: handle, name } as const;
  return db.$transaction(async (tx) => {
    const { id } = await tx.submission.create({ data: { ...entry, ...upload } });
    await enqueueSubmission(boss, tx, id);
    return id;
  });
}

/** One at a time, as evaluators take them: the jobs of one fetch come in no order. */
async function fetched<Data>(queue: string, most: number): Promise<{ data: Data }[]> {
  const jobs: { data: Data }[] = [];
  while (jobs.length < most) {
    const [job] = await boss.fetch<Data>(queue);
    if (!job) break;
    jobs.push(job);
  }
  return jobs;
}

/** What evaluators would take, one after the other, by the names of the submissions. */
async function taken(count: number): Promise<string[]> {
  const jobs = await fetched<EvaluateJob>(EVALUATE, count);
  const rows = await db.submission.findMany({ where: { id: { in: jobs.map(({ data }) => data.id) } } });
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return jobs.map(({ data }) => names.get(data.id)!);
}

test("a person's burst is behind the first submission of everybody else, whoever came first", async () => {
  for (let i = 0; i < 20; i++) await submitted("burst", "one", `burst ${i}`);
  expect(await taken(2)).toEqual(["burst 0", "burst 1"]);
  await submitted("late", "one", "late 0");
  await submitted("later", "one", "later 0");
  await submitted("late", "one", "late 1");
  const next = await taken(6);
  expect(next.slice(0, 4)).toEqual(expect.arrayContaining(["late 0", "later 0"]));
  expect(next).toContain("late 1");
  expect(await taken(100)).toHaveLength(20 + 3 - 8);
});

test("a challenge's burst by many people does not hold up another challenge", async () => {
  for (let i = 0; i < 20; i++) await submitted(`person ${i}`, "busy", `busy ${i}`);
  await submitted("ann", "quiet", "quiet 0");
  await submitted("ben", "quiet", "quiet 1");
  expect(await taken(4)).toEqual(["busy 0", "quiet 0", "busy 1", "quiet 1"]);
});

test("what is enqueued again keeps the order, and nothing is enqueued twice", async () => {
  for (let i = 0; i < 5; i++) await submitted("burst", "one", `burst ${i}`);
  await submitted("late", "one", "late 0");
  expect(await enqueueUnfinished(boss, db)).toBe(0);
  await boss.deleteAllJobs(EVALUATE);
  expect(await enqueueUnfinished(boss, db)).toBe(6);
  expect((await taken(6)).slice(0, 2)).toEqual(["burst 0", "late 0"]);
});

/** Somebody's defense, admitted and without any part of the gauntlet. */
async function defense(handle: string, tier: "none" | "quick" | "full" = "quick"): Promise<string> {
  const id = await submitted(handle, "one", "");
  const row = { id, challengeId: "one", personId: handle, name: id, claim: 0, facts: {}, modelSha: id, tier };
  await db.defense.create({ data: { ...row, receivedAt: new Date() } });
  await db.submission.update({ where: { id }, data: { state: "scored" } });
  return id;
}

async function gauntlets(version: string, searching?: "accelerator"): Promise<GauntletJob[]> {
  return (await fetched<GauntletJob>(gauntletQueue(version, searching), 100)).map(({ data }) => data);
}

test("quick goes before full and full before what lies beyond; within a tier a burst waits", async () => {
  await createGauntletQueue(boss, NEW);
  const burst = [await defense("burst"), await defense("burst"), await defense("burst")];
  const late = await defense("late");
  const done = await defense("done", "full");
  const fresh = await defense("fresh", "none");
  expect(await enqueueGauntlets({ boss, db }, NEW)).toBe(4 + 1 + 2);
  expect(await enqueueGauntlets({ boss, db }, NEW)).toBe(0);
  const jobs = await gauntlets(NEW);
  expect(jobs[0]).toEqual({ defenseId: fresh, tier: "quick" });
  expect(jobs.at(-1)).toEqual({ defenseId: done, tier: "beyond" });
  expect(jobs.slice(1, -1).map(({ defenseId }) => defenseId)).toEqual([burst[0], late, fresh, burst[1], burst[2]]);
});

test("a defense whose submission is still being evaluated meets what is archived before the house", async () => {
  await createGauntletQueue(boss, NEW);
  const id = await defense("ann", "none");
  await db.submission.update({ where: { id }, data: { state: "evaluating" } });
  expect(await enqueueGauntlets({ boss, db }, NEW)).toBe(0);
  await db.submission.update({ where: { id }, data: { state: "scored" } });
  expect(await enqueueGauntlets({ boss, db }, NEW)).toBe(2);
});

test("each shard is a job of its own, once, however often it is sent for", async () => {
  await createGauntletQueue(boss, NEW);
  const defenseId = await defense("ann");
  const send = (shard?: number) =>
    enqueueGauntlet({ boss, db }, NEW, { defenseId, tier: "full", ...(shard !== undefined && { shard }) });
  for (const shard of [undefined, 0, 1, 0, 1, undefined]) await send(shard);
  expect((await gauntlets(NEW)).map(({ shard }) => shard)).toEqual([undefined, 0, 1]);
  expect(await send(1)).toBeNull();
});

async function evaluator(version: string, seenAt: Date, provider = "cpu"): Promise<void> {
  const about = { host: "h", pid: 1, tier: "t", ort: "1", cpu: "c", slots: 1, provider };
  const id = `${version} ${provider} ${seenAt.getTime()}`;
  await db.evaluatorNode.create({ data: { id, version, seenAt, ...about } });
}

test("while evaluators of another version are alive they go on with what they began; once they are gone it is taken over", async () => {
  await createGauntletQueue(boss, OLD);
  await createGauntletQueue(boss, NEW);
  const [begun, fresh] = [await defense("ann"), await defense("ben")];
  await enqueueGauntlet({ boss, db }, OLD, { defenseId: begun, tier: "full" });
  await evaluator(OLD, new Date());
  await evaluator(NEW, new Date());
  expect(await adoptGauntlets({ boss, db }, NEW, "cpu")).toBe(0);
  expect(await enqueueGauntlets({ boss, db }, NEW)).toBe(1);
  expect(await gauntlets(NEW)).toEqual([{ defenseId: fresh, tier: "full" }]);

  await db.evaluatorNode.updateMany({ where: { version: OLD }, data: { seenAt: new Date(Date.now() - 90_000) } });
  expect(await adoptGauntlets({ boss, db }, NEW, "cpu")).toBe(1);
  expect(await enqueueGauntlets({ boss, db }, NEW)).toBe(1);
  expect(await gauntlets(NEW)).toEqual([{ defenseId: begun, tier: "full" }]);
  expect(await boss.getQueue(gauntletQueue(OLD))).toBeNull();
});

describe("evaluators with an accelerator have a queue of their own:", () => {
  let small: string;
  let large: string;
  beforeEach(async () => {
    await createGauntletQueue(boss, NEW);
    await createGauntletQueue(boss, NEW, "accelerator");
    [small, large] = [await defense("ann"), await defense("ben")];
    await db.defense.update({ where: { id: small }, data: { facts: { flopsPerExample: 1e6 } } });
    await db.defense.update({ where: { id: large }, data: { facts: { flopsPerExample: 1e9 } } });
  });
  const sent = async () => {
    await enqueueGauntlets({ boss, db }, NEW);
    const ids = (jobs: GauntletJob[]) => jobs.map(({ defenseId }) => (defenseId === large ? "large" : "small")).sort();
    return { cpu: ids(await gauntlets(NEW)), accelerator: ids(await gauntlets(NEW, "accelerator")) };
  };

  test("without one alive everything is the CPUs'", async () => {
    await evaluator(NEW, new Date());
    await evaluator(OLD, new Date(), "cuda");
    await evaluator(NEW, new Date(Date.now() - 90_000), "webgpu");
    expect(await sent()).toEqual({ cpu: ["large", "small"], accelerator: [] });
  });
  test("where there are both, large models wait for it and small ones do not", async () => {
    await evaluator(NEW, new Date());
    await evaluator(NEW, new Date(), "webgpu");
    expect(await sent()).toEqual({ cpu: ["small"], accelerator: ["large"] });
    expect(await enqueueGauntlet({ boss, db }, NEW, { defenseId: large, tier: "full", shard: 3 })).not.toBeNull();
    expect(await gauntlets(NEW, "accelerator")).toEqual([{ defenseId: large, tier: "full", shard: 3 }]);
  });
  test("where there is nothing else, it takes everything", async () => {
    await evaluator(NEW, new Date(), "cuda");
    expect(await sent()).toEqual({ cpu: [], accelerator: ["large", "small"] });
  });
  test("when it is gone, the CPUs take over what it had, once", async () => {
    await evaluator(NEW, new Date());
    await evaluator(NEW, new Date(), "webgpu");
    await enqueueGauntlets({ boss, db }, NEW);
    expect(await adoptGauntlets({ boss, db }, NEW, "cpu")).toBe(0);
    await db.evaluatorNode.updateMany({
      where: { provider: "webgpu" },
      data: { seenAt: new Date(Date.now() - 90_000) },
    });
    // What began there is left alone until its queue is gone.
    expect(await enqueueGauntlets({ boss, db }, NEW)).toBe(0);
    expect(await adoptGauntlets({ boss, db }, NEW, "cpu")).toBe(1);
    expect(await enqueueGauntlets({ boss, db }, NEW)).toBe(1);
    expect((await gauntlets(NEW)).map(({ defenseId }) => defenseId).sort()).toEqual([small, large].sort());
  });
});
