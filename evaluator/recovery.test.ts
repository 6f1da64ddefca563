import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import type { EvaluatorProcess } from "#evaluator/testing/process.ts";
import { attackOn, linear, linearWeights, nudge, TINY } from "#evaluator/testing/tiny.ts";
import { expectWhole } from "#evaluator/testing/whole.ts";
import { removeArtifact } from "#store/artifacts.ts";
import { EVALUATE } from "#store/queue.ts";

/** From the restart to the result, on a machine that has other things to do as well. */
const RECOVERED_MS = 90_000;

let site: Installation;
let evaluator: EvaluatorProcess;
beforeAll(async () => {
  site = await openInstallation(TINY, { ownServer: true });
  evaluator = await site.startEvaluator();
  for (const { id } of await site.db.submission.findMany()) await site.outcome(id);
}, 180_000);
afterAll(() => site?.close());

let made = 0;
async function submitDefense(): Promise<string> {
  const seed = ++made;
  return site.submit("defense", { bytes: linear({ of: linearWeights(seed) }), name: `Linear ${seed}` });
}
async function submitAttack(): Promise<string> {
  const seed = ++made;
  return site.submit("attack", { bytes: attackOn((row, i) => nudge(row, seed, i)), name: `Nudge ${seed}` });
}

/** How far a submission has come: the state, then each pair on its own; in steps that only grow. */
async function progressOf(id: string): Promise<number> {
  const { state } = await site.db.submission.findUniqueOrThrow({ where: { id } });
  if (state === "scored") return 1000;
  const pairs = await site.db.evaluation.count({
    where: { kind: "attack", OR: [{ defenseId: id }, { attackId: id }] },
  });
  return ["queued", "validating", "evaluating"].indexOf(state) + pairs;
}

/** Gives up in time: after a wait that outlived its test, the database would be crashed under another one. */
async function reached(id: string, step: number): Promise<void> {
  for (const end = Date.now() + RECOVERED_MS; (await progressOf(id)) < step; await sleep(2))
    if (Date.now() > end) throw new Error(`submission ${id} does not come to step ${step}`);
}

/** What no supervisor would do better: the process is gone, another one is started at once. */
async function killAndRestart(): Promise<void> {
  expect(await evaluator.end("SIGKILL")).toBe("SIGKILL");
  evaluator = await site.startEvaluator();
}

const everythingScored = async () => {
  for (const { id } of await site.db.submission.findMany())
    expect(await site.outcome(id, RECOVERED_MS)).toMatchObject({ state: "scored" });
};

describe("an evaluator that is killed loses nothing and does nothing twice", { timeout: 600_000 }, () => {
  test("at each stage of a defense and of an attack", async () => {
    const stages = { queued: 0, validating: 1, evaluating: 2, "after a pair": 3, "after two pairs": 4, scored: 1000 };
    for (const step of Object.values(stages))
      for (const submit of [submitDefense, submitAttack]) {
        await reached(await submit(), step);
        await killAndRestart();
      }
    await everythingScored();
    await expectWhole(site, RECOVERED_MS);
  });

  test("at eight other moments, several submissions in its hands", async () => {
    for (let kill = 0; kill < 8; kill++) {
      await Promise.all([submitDefense(), submitAttack()]);
      await sleep(Math.random() * 1500);
      await killAndRestart();
    }
    await everythingScored();
    await expectWhole(site, RECOVERED_MS);
  });

  test("and another one goes on within 30 s", async () => {
    const id = await submitAttack();
    await reached(id, 1);
    const killedAt = Date.now();
    await killAndRestart();
    await site.outcome(id, RECOVERED_MS);
    const starts = await site.db.submissionEvent.findMany({ where: { submissionId: id, state: "validating" } });
    expect(starts.length).toBeGreaterThanOrEqual(2);
    expect(starts[1]!.at.getTime() - killedAt).toBeLessThan(30_000);
  });
});

test("SIGTERM gives up what runs and ends in good order; the next evaluator takes it over", {
  timeout: 180_000,
}, async () => {
  const ids = await Promise.all([submitDefense(), submitAttack(), submitAttack()]);
  await reached(ids[0]!, 1);
  expect(await evaluator.end("SIGTERM")).toBe(0);
  expect(await site.db.evaluatorNode.count({ where: { pid: evaluator.pid } })).toBe(0);
  evaluator = await site.startEvaluator();
  await everythingScored();
  await expectWhole(site, RECOVERED_MS);
});

test("PostgreSQL killed under a running evaluator: it waits, goes on, and nothing is lost", {
  timeout: 240_000,
}, async () => {
  for (let crash = 0; crash < 3; crash++) {
    const ids = await Promise.all([submitDefense(), submitAttack()]);
    await reached(ids[crash % 2]!, crash);
    await site.crashPostgres();
  }
  await everythingScored();
  expect(evaluator.running()).toBe(true);
  await expectWhole(site, RECOVERED_MS);
});

describe("what cannot be evaluated for a fault of ours", { timeout: 120_000 }, () => {
  test("a submission without a job, as after a restored backup, is enqueued again by the next evaluator", async () => {
    await evaluator.end("SIGTERM");
    const id = await submitAttack();
    await site.db.$executeRaw`DELETE FROM pgboss.job WHERE name = ${EVALUATE}`;
    evaluator = await site.startEvaluator();
    expect(await site.outcome(id)).toMatchObject({ state: "scored" });
  });

  const expectFailed = async (id: string) => {
    const submission = await site.outcome(id);
    expect(submission).toMatchObject({ state: "failed", attempt: "refunded", problems: null });
    expect(submission.failure).toMatch(/^[0-9a-f-]{36}$/);
    expect(submission.stage).toContain(submission.failure);
  };

  test("a lost file ends as failed after the retries, with a reference, and gives the attempt back", async () => {
    await evaluator.end("SIGTERM");
    await site.boss.updateQueue(EVALUATE, { retryLimit: 1, retryDelay: 1, retryBackoff: false });
    const id = await submitAttack();
    const { uploadSha } = await site.db.submission.findUniqueOrThrow({ where: { id } });
    await removeArtifact(uploadSha);
    evaluator = await site.startEvaluator();
    await expectFailed(id);
  });

  test("so does one whose every attempt died with its evaluator", async () => {
    await site.boss.updateQueue(EVALUATE, { retryLimit: 0 });
    const id = await submitAttack();
    await reached(id, 1);
    await killAndRestart();
    await expectFailed(id);
  });

  test("and the next submission is scored", async () => {
    expect(await site.outcome(await submitDefense())).toMatchObject({ state: "scored" });
  });
});
