import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { median } from "#commands/bench/apparatus/figures.ts";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { timeGet } from "#commands/bench/apparatus/requests.ts";
import { type BenchSite, startSite } from "#commands/bench/apparatus/site.ts";
import { buildSite } from "#commands/build.ts";
import { step } from "#commands/progress.ts";
import { provide } from "#env.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import { attackOn, linear, linearWeights, nudge, TINY } from "#evaluator/testing/tiny.ts";

const PEOPLE = 20;
/** Submitted so many at a time: the queue is never empty, and never all of them. */
const AHEAD = 10;
const LONG_MS = 60 * 60_000;
/** What is still called flat: garbage is collected when it suits the process. */
const FLAT = 1.1;

/** Memory in use, resident, in MiB. */
interface Sample {
  evaluations: number;
  site: number;
  evaluator: number;
}

/** Whether the site and the evaluator grow while thousands of attacks are evaluated and the boards are read. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-bench-"));
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    await step("Site", buildSite);
    const installation = await openInstallation(TINY, { ownServer: true });
    closing.unshift(installation.close);
    provide({ NEXTAUTH_SECRET: "bench".repeat(8) });
    const site = await startSite(folder, installation.postgres!.url);
    closing.unshift(site.stop);
    const evaluator = await installation.startEvaluator({ variables: { LOG_LEVEL: "warn" } });
    const [defenses, total] = options.small ? [2, 60] : [23, 10_000];
    const faced = await defend(installation, defenses!);
    const samples = await attack(installation, site, evaluator.pid, Math.ceil(total! / faced), faced);
    publish("memory", began, how(samples.at(-1)!.evaluations, faced), findings(samples), options);
  } finally {
    for (const close of closing) await close();
  }
}

function how(evaluations: number, defenses: number): string {
  return (
    `${evaluations.toLocaleString("en")} evaluations: attacks by ${PEOPLE} people on ${defenses} small defenses, one after the other through the queue and the sandbox of one evaluator process, while the ` +
    "boards of defenses and attacks, the matrix and the challenge's history are read without a pause. Resident memory of the two processes (VmRSS) after each attack; medians of a tenth of the run each."
  );
}

function findings(samples: Sample[]): Finding[] {
  const tenth = (of: "site" | "evaluator", n: number) => {
    const size = samples.length / 10;
    return median(samples.slice(Math.floor(n * size), Math.ceil((n + 1) * size)).map((sample) => sample[of]));
  };
  return (["site", "evaluator"] as const).map((of) => {
    const [early, middle, late] = [tenth(of, 2), tenth(of, 5), tenth(of, 9)].map(Math.round);
    return {
      what: `the ${of}: third tenth, sixth, last`,
      measured: `${early} MiB, ${middle} MiB, ${late} MiB`,
      ...{ target: `flat: the last at most ${FLAT} x the third`, met: late! <= FLAT * early! },
    };
  });
}

/** Has so many defenses admitted; resolves to how many there are with the challenge's own. The gauntlet is not to run behind. */
async function defend({ db, submit, outcome }: Installation, count: number): Promise<number> {
  for (let i = 0; i < count; i++)
    await outcome(
      await submit("defense", { bytes: linear({ of: linearWeights(i + 1) }), name: `Linear ${i}` }),
      LONG_MS,
    );
  for (const { id } of await db.submission.findMany()) await outcome(id, LONG_MS);
  await db.defense.updateMany({ data: { gauntletFault: "timeout" } });
  return db.defense.count();
}

async function attack(
  { submit, outcome, challenge }: Installation,
  site: BenchSite,
  evaluatorPid: number,
  count: number,
  defenses: number,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  const board = `${site.url}/challenges/${challenge.slug}`;
  let reading = true;
  const readers = ["/defenses", "/attacks", "/matrix", "/history"].map(async (page) => {
    while (reading) {
      await timeGet(board + page);
      await sleep(50);
    }
  });
  const waiting: string[] = [];
  for (let i = 0; i < count + AHEAD; i++) {
    if (i < count) {
      const bytes = attackOn((row, point) => nudge(row, i + 0.5, point));
      waiting.push(await submit("attack", { bytes, name: `Nudge ${i}`, person: `attacker-${i % PEOPLE}` }));
    }
    if (i < AHEAD) continue;
    await outcome(waiting.shift()!, LONG_MS);
    const memory = { site: residentMiB(site.pid()!), evaluator: residentMiB(evaluatorPid) };
    samples.push({ evaluations: (samples.length + 1) * defenses, ...memory });
  }
  reading = false;
  await Promise.all(readers);
  return samples;
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;
}
