import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inWords, median } from "#commands/bench/apparatus/figures.ts";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { mnistFolder } from "#commands/bench/apparatus/mnist.ts";
import { variant } from "#evaluator/testing/challenges.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import { attackOn, linear, nudge, TINY } from "#evaluator/testing/tiny.ts";

/** One sandbox of one thread for submissions, and one for the gauntlet, in each evaluator. */
const ONE_THREAD = { variables: { EVALUATOR_SLOTS: "1", LOG_LEVEL: "warn" } };
const LONG_MS = 60 * 60_000;

/** Two evaluators against one, on one database: a batch of short jobs, and one full tier of the gauntlet. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-bench-"));
  try {
    const batch = options.small ? 10 : 40;
    const short = await shortJobs(batch, options.small ? 1 : 3);
    const full = { one: await fullTier(1, join(folder, "one")), two: await fullTier(2, join(folder, "two")) };
    publish("evaluators", began, how(batch), findings(short, full), options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Milliseconds with one evaluator and with two. */
interface Compared {
  one: number;
  two: number;
}

function how(batch: number): string {
  return (
    `Evaluators as processes on one machine, each with its own state folder, one sandbox of one thread for submissions and one for the gauntlet. Short jobs: ${batch} attacks on ` +
    "small defenses, from the start of the first to the score of the last; one evaluator and two in turns, medians. Full: the bundled adversarially trained MNIST network on the " +
    "1,000 points of its challenge, from the end of the quick tier to the end of the full one, checks included; once each, an installation each, the same secret."
  );
}

function findings(short: Compared, full: Compared): Finding[] {
  const line = (what: string, { one, two }: Compared, target: number): Finding => ({
    what: `${what}: one evaluator, two`,
    measured: `${inWords(one)}, ${inWords(two)}: ratio ${(two / one).toFixed(2)}`,
    ...{ target: `<= ${target}`, met: two / one <= target },
  });
  return [line("a batch of short jobs", short, 0.55), line("one full", full, 0.6)];
}

async function shortJobs(batch: number, rounds: number): Promise<Compared> {
  const site = await openInstallation(TINY, { ownServer: true });
  try {
    await site.startEvaluator(ONE_THREAD);
    await site.outcome(await site.submit("defense", { bytes: linear() }), LONG_MS);
    for (const { id } of await site.db.submission.findMany()) await site.outcome(id, LONG_MS);
    await untilIdle(site);
    const times: Record<keyof Compared, number[]> = { one: [], two: [] };
    for (let round = 0; round < rounds; round++) {
      times.one.push(await scoredIn(site, batch));
      const other = await site.startEvaluator(ONE_THREAD);
      times.two.push(await scoredIn(site, batch));
      await other.end("SIGTERM");
    }
    return { one: median(times.one), two: median(times.two) };
  } finally {
    await site.close();
  }
}

let made = 0;

async function scoredIn({ submit, db }: Installation, batch: number): Promise<number> {
  const uploads = Array.from({ length: batch }, () => {
    const seed = ++made;
    return attackOn((row, i) => nudge(row, seed, i));
  });
  const ids = await Promise.all(uploads.map((bytes) => submit("attack", { bytes })));
  const where = { id: { in: ids } };
  while ((await db.submission.count({ where: { ...where, state: "scored" } })) < batch) await sleep(100);
  const { _min, _max } = await db.submission.aggregate({
    where,
    _min: { startedAt: true },
    _max: { finishedAt: true },
  });
  return _max.finishedAt!.getTime() - _min.startedAt!.getTime();
}

async function untilIdle({ db, gauntlets }: Installation): Promise<void> {
  await gauntlets();
  while ((await db.defense.count({ where: { beyond: null, gauntletFault: null } })) > 0) await sleep(200);
}

/** From the end of the quick tier to the end of the full one. */
async function fullTier(evaluators: number, folder: string): Promise<number> {
  const site = await openInstallation(variant("mnist-linf", folder), { ownServer: true, secret: "5".repeat(64) });
  try {
    for (let started = 0; started < evaluators; started++) await site.startEvaluator(ONE_THREAD);
    const bytes = readFileSync(join(mnistFolder, "baselines/adversarially-trained.onnx"));
    const id = await site.submit("defense", { bytes });
    for (const end = Date.now() + LONG_MS; Date.now() < end; await sleep(200)) {
      const passed = await site.db.historyRecord.findMany({
        where: { defenseId: id, kind: "gauntlet" },
        orderBy: { id: "asc" },
      });
      if (passed.length === 2) return passed[1]!.at.getTime() - passed[0]!.at.getTime();
    }
    throw new Error("the full tier has not ended within an hour");
  } finally {
    await site.close();
  }
}
