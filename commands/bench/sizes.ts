import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { writeNpy } from "#arrays/npy.ts";
import { type AttackedNet, attackNet, openNet } from "#commands/bench/apparatus/attacked-net.ts";
import { median } from "#commands/bench/apparatus/figures.ts";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { mnistFolder, mnistPoints } from "#commands/bench/apparatus/mnist.ts";
import { checkout } from "#commands/checkout.ts";
import { readLabelled } from "#commands/gauntlet/inputs.ts";
import { childEnvironment } from "#env.ts";
import { apgd } from "#evaluator/runner/attacks/apgd.ts";
import type { Attack } from "#evaluator/runner/attacks/attack.ts";
import { square } from "#evaluator/runner/attacks/square.ts";

const MODEL = join(mnistFolder, "baselines/adversarially-trained.onnx");
const IMAGES = join(mnistFolder, "data/points");
/** How many times the challenge's 1,000 points. */
const TIMES = [1, 4, 16];
const QUERIES = [100, 400, 1600];
const ROUNDS = 3;
/** Nothing falls at it, so that every query is asked. */
const NO_RADIUS = 1e-6;
/** What is still called flat, where the points are 16 times as many: V8 collects when it suits it. */
const FLAT = 1.25;
/** Linear: a point, or a query, costs at most so much more where there are 16 times as many. */
const LINEAR = 1.1;

const Ours = z.object({ seconds: z.number(), robustAccuracy: z.number() });

/** What the gauntlet costs, in time and memory, as points and queries become more. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const scratch = mkdtempSync(join(tmpdir(), "gauntlet-bench-"));
  try {
    const runs: Run[] = [];
    for (const times of options.small ? TIMES.slice(0, 2) : TIMES) runs.push(await quickTier(scratch, times));
    const net = await openNet(MODEL, IMAGES, 64, NO_RADIUS);
    const rounds = options.small ? 1 : ROUNDS;
    const climbs = await perQuery(net, (iterations) => apgd({ loss: "cross-entropy", iterations }), rounds);
    const squares = await perQuery(net, (queries) => square({ queries }), rounds);
    const findings = [...ofPoints(runs), ofQueries("APGD-CE", climbs), ofQueries("Square", squares)];
    publish("sizes", began, HOW, findings, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const HOW =
  "The whole of `npm run gauntlet -- run ... --tier quick` on the bundled adversarially trained MNIST network: its challenge's 1,000 points, then the same four and sixteen times over (each with its own random stream), one process a core. " +
  "Memory: the largest resident set (VmHWM) of the processes that run the model, and of the command itself, which has the points in memory. " +
  `Queries: 64 points at a radius at which none falls, in one process without the sandbox, the sizes in turns; medians of ${ROUNDS}.`;

interface Run {
  points: number;
  seconds: number;
  runnerMiB: number;
  commandMiB: number;
}

function ofPoints(runs: Run[]): Finding[] {
  const [first, last] = [runs[0]!, runs.at(-1)!];
  const each = (what: (run: Run) => string) => runs.map((run) => `${what(run)} for ${run.points}`).join(", ");
  // The first size pays for starting as well: what each further point costs is told by the others.
  const costs = runs.slice(1).map((run, i) => (run.seconds - runs[i]!.seconds) / (run.points - runs[i]!.points));
  const growth = costs.at(-1)! / costs[0]!;
  return [
    {
      what: "time by points",
      measured: `${each(({ seconds }) => `${seconds.toFixed(1)} s`)}; a further point ${costs.map((cost) => `${(cost * 1000).toFixed(2)} ms`).join(", then ")}`,
      ...{ target: `a point costs at most ${LINEAR} x as much`, met: growth <= LINEAR },
    },
    {
      what: "memory of a process that runs the model",
      measured: each(({ runnerMiB }) => `${runnerMiB} MiB`),
      ...{ target: `flat: at most ${FLAT} x`, met: last.runnerMiB <= FLAT * first.runnerMiB },
    },
    { what: "memory of the command", measured: each(({ commandMiB }) => `${commandMiB} MiB`) },
  ];
}

type PerQuery = { queries: number; seconds: number }[];

function ofQueries(attack: string, sizes: PerQuery): Finding {
  const costs = sizes.map(({ queries, seconds }) => seconds / queries);
  return {
    what: `${attack}: time by queries`,
    measured: sizes.map(({ queries, seconds }) => `${seconds.toFixed(2)} s for ${queries}`).join(", "),
    ...{ target: `a query costs at most ${LINEAR} x as much`, met: costs.at(-1)! <= LINEAR * costs[0]! },
  };
}

async function perQuery(net: AttackedNet, attackOf: (queries: number) => Attack, rounds: number): Promise<PerQuery> {
  const times = QUERIES.map((): number[] => []);
  await attackNet(net, attackOf(10));
  for (let round = 0; round < rounds; round++)
    for (const [at, queries] of QUERIES.entries()) {
      const { seconds, standing } = await attackNet(net, attackOf(queries));
      if (standing.length !== net.labels.length) throw new Error("a point fell");
      times[at]!.push(seconds);
    }
  return QUERIES.map((queries, at) => ({ queries, seconds: median(times[at]!) }));
}

async function quickTier(scratch: string, times: number): Promise<Run> {
  const { x, n } = mnistPoints();
  const { labels } = readLabelled(`${IMAGES}_x.npy`, `${IMAGES}_y.npy`);
  const points = n * times;
  const all = new Float32Array(x.length * times);
  for (let i = 0; i < times; i++) all.set(x, i * x.length);
  const files = { x: join(scratch, "x.npy"), y: join(scratch, "y.npy") };
  writeFileSync(files.x, writeNpy({ shape: [points, 1, 28, 28], data: all }));
  writeFileSync(
    files.y,
    writeNpy({ shape: [points], data: BigInt64Array.from({ length: points }, (_, i) => BigInt(labels[i % n]!)) }),
  );
  const given = [MODEL, "--points", files.x, "--labels", files.y, "--epsilon", "0.3", "--grid", "255", "--json"];
  const child = spawn(process.execPath, ["commands/gauntlet.ts", "run", ...given, "--tier", "quick"], {
    ...{ cwd: checkout, env: childEnvironment({}), stdio: ["ignore", "pipe", "ignore"] },
  });
  let printed = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  let ended = false;
  const exit = new Promise<number | null>((resolve) => child.once("close", resolve)).finally(() => {
    ended = true;
  });
  const peaks = { runnerMiB: 0, commandMiB: 0 };
  while (!ended) {
    peaks.commandMiB = Math.max(peaks.commandMiB, peakMiB(child.pid!));
    for (const pid of runnersUnder(child.pid!)) peaks.runnerMiB = Math.max(peaks.runnerMiB, peakMiB(pid));
    await sleep(100);
  }
  if ((await exit) !== 0) throw new Error("the gauntlet failed");
  const { seconds } = Ours.parse(JSON.parse(printed));
  return { points, seconds, ...peaks };
}

/** Processes that run the runner's program, among those that `pid` has started. */
function runnersUnder(pid: number): number[] {
  const parents = new Map(
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), Number(/PPid:\s+(\d+)/.exec(read(Number(name), "status"))?.[1] ?? 0)]),
  );
  const isUnder = (child: number): boolean => child === pid || (child > 1 && isUnder(parents.get(child) ?? 0));
  return [...parents.keys()].filter(
    (child) => read(child, "cmdline").startsWith("/app/node\0") && isUnder(parents.get(child)!),
  );
}

function peakMiB(pid: number): number {
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(read(pid, "status"))?.[1] ?? 0) / 1024);
}

/** Empty for a process that has ended. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
