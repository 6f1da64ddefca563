import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { Context } from "#evaluator/context.ts";
import { runGauntlet } from "#evaluator/gauntlet.ts";
import { PlatformFault } from "#evaluator/run-job.ts";
import { variant } from "#evaluator/testing/challenges.ts";
import { admittedModel, evaluatorParts } from "#evaluator/testing/in-process.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import { tinyFile } from "#evaluator/testing/tiny.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { GauntletJob, gauntletQueue } from "#store/gauntlet-queue.ts";

const folder = mkdtempSync(join(tmpdir(), "gauntlet-shards-"));
let site: Installation | undefined;
afterEach(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What `run` leaves of a defense that the full tier takes much from, where `shardPoints` points are worth a shard. */
async function leftBy(shardPoints: number, run: (contexts: Context[], id: string) => Promise<void>) {
  const challenge = variant("tiny-nogrid", join(folder, String(shardPoints)));
  site = await openInstallation(challenge, { secret: "5".repeat(64) });
  const contexts = [await evaluatorParts(site, { shardPoints }), await evaluatorParts(site, { shardPoints })];
  const { id } = await admittedModel(contexts[0]!, site, tinyFile("baselines/adversarially-trained.onnx"));
  await run(contexts, id);
  const { db } = site;
  const { tier, standing, survey } = await db.defense.findUniqueOrThrow({ where: { id } });
  const rows = await db.evaluation.findMany({ where: { kind: "house" }, orderBy: { id: "asc" } });
  const left = rows.map(({ subject, bits, answers, seed, examplesSha, distances, attacked, broken, taken }) => {
    return { subject, bits, answers, seed, examplesSha, distances, attacked, broken, taken };
  });
  const records = await db.historyRecord.findMany({ where: { defenseId: id }, orderBy: { id: "asc" } });
  const told = records.map(({ kind, threshold, taken, standingAfter }) => ({ kind, threshold, taken, standingAfter }));
  expect(await db.gauntletShard.count()).toBe(0);
  for (const { sandbox } of contexts) await sandbox.close();
  await site.close();
  site = undefined;
  return { tier, standing, survey, left, told };
}

/** Jobs that wait in the evaluators' queue for a shard. */
async function waiting(): Promise<GauntletJob[]> {
  const jobs = await site!.boss.findJobs(gauntletQueue(EVALUATOR_VERSION));
  return jobs.map(({ data }) => GauntletJob.parse(data)).filter(({ shard }) => shard !== undefined);
}

test("a full tier in shards that two evaluators share, each given up once, leaves the bits that one process leaves", {
  timeout: 240_000,
}, async () => {
  const whole = await leftBy(1000, async ([context], id) => {
    await runGauntlet(context!, { defenseId: id, tier: "full" });
    expect(await waiting()).toEqual([]);
  });
  const sharded = await leftBy(14, async ([one, other], id) => {
    await runGauntlet(one!, { defenseId: id, tier: "full" });
    const jobs = await waiting();
    expect(jobs.map(({ shard }) => shard).sort()).toEqual([0, 1, 2, 3]);
    const takenBy = async (context: Context, job: GauntletJob) => {
      const stop = new AbortController();
      const first = runGauntlet(context, job, stop.signal).catch((error) =>
        expect(error).toBeInstanceOf(PlatformFault),
      );
      await sleep(500 + Math.random() * 1500);
      stop.abort();
      await first;
      await runGauntlet(context, job);
    };
    const [a, b, c, d] = jobs as [GauntletJob, GauntletJob, GauntletJob, GauntletJob];
    // One shard is run by both at once, as one that is taken for lost is.
    await Promise.all([
      takenBy(one!, a).then(() => takenBy(one!, c)),
      takenBy(other!, b).then(() => takenBy(other!, c)),
    ]);
    expect(await site!.db.defense.findUnique({ where: { id }, select: { tier: true } })).toEqual({ tier: "quick" });
    await takenBy(other!, d);
  });
  expect(whole.tier).toBe("full");
  expect(whole.left.reduce((sum, { taken }) => sum + taken, 0)).toBeGreaterThan(5);
  expect(sharded).toEqual(whole);
});
