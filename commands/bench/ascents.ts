import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession } from "onnxruntime-node";
import { z } from "zod";
import { writeNpy } from "#arrays/npy.ts";
import { type AttackedNet, attackNet, openNet } from "#commands/bench/apparatus/attacked-net.ts";
import { median } from "#commands/bench/apparatus/figures.ts";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { lastLine } from "#commands/bench/apparatus/last-line.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { checkout } from "#commands/checkout.ts";
import { planOf } from "#contest/gauntlet.ts";
import { apgd } from "#evaluator/runner/attacks/apgd.ts";
import type { Attack } from "#evaluator/runner/attacks/attack.ts";
import { attackOf } from "#evaluator/runner/house-attacks.ts";

const ITERATIONS = 100;
/** Of the rates: nothing falls at it, so that every run goes to its end. */
const NO_RADIUS = 1e-6;
const ROUNDS = 3;
const Theirs = z.object({ standing: z.int(), seconds: z.number() });

/** `target`: how many times the rate of PyTorch is asked for. */
const NETS: { net: string; images: string; points: number; target?: number }[] = [
  { net: "resnet20", images: "resnet20", points: 64, target: 2.5 },
  { net: "madry_tiny", images: "mnist_1000", points: 256 },
  { net: "kw_cifar_8px", images: "cifar_200", points: 128 },
];
/** The whole full tier, for what of it is not ONNX Runtime. */
const WHOLE = [
  { net: "madry_tiny", images: "mnist_1000", points: 250, epsilon: 0.3 },
  { net: "kw_cifar_8px", images: "cifar_200", points: 50, epsilon: 8 / 255 },
];

/**
 * Iterations of APGD against torchattacks' on PyTorch, one thread each, and the share of the gauntlet's attacks that is not
 * spent in ONNX Runtime. `--folder` as for autoattack, with resnet20 by apparatus/networks.py; `--python` too.
 */
export async function main(options: BenchOptions): Promise<void> {
  const { folder, python, small } = options;
  if (folder === undefined || python === undefined)
    return console.log("  left out: it needs --folder with nets and images, and --python with torch and torchattacks");
  const began = moment();
  const open = (net: string, images: string, points: number, epsilon: number) =>
    openNet(join(folder, "nets", `${net}.onnx`), join(folder, "images", images), points, epsilon);
  const clock = clockOnnxRuntime();
  const findings: Finding[] = [];
  const scratch = mkdtempSync(join(tmpdir(), "gauntlet-bench-"));
  try {
    for (const { net, images, points, target } of small ? NETS.slice(1, 2) : NETS) {
      const subject = await open(net, images, small ? 16 : points, NO_RADIUS);
      const times: Record<"ours" | "outside" | "theirs", number[]> = { ours: [], outside: [], theirs: [] };
      for (let round = 0; round < (small ? 1 : ROUNDS); round++) {
        const { seconds, inside } = await timed(
          clock,
          subject,
          apgd({ loss: "cross-entropy", iterations: ITERATIONS }),
        );
        times.ours.push(seconds);
        times.outside.push(1 - inside / seconds);
        times.theirs.push(torchSeconds(python, scratch, subject));
      }
      findings.push(rates(net, subject.labels.length, times, target));
    }
    for (const { net, images, points, epsilon } of small ? WHOLE.slice(0, 1) : WHOLE)
      findings.push(await wholeTier(clock, net, await open(net, images, small ? 8 : points, epsilon)));
    publish("ascents", began, HOW, findings, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const HOW =
  `APGD-CE, ${ITERATIONS} iterations on inputs that the net answers as labelled, at a radius at which nothing falls, so that no run ends early; one thread each, ours in batches as in the gauntlet, torchattacks in one; ${ROUNDS} rounds in turns, medians. ` +
  "Then every stage of the full tier, each on what the stages before have left, in one process without the sandbox. Outside: what of the time is not within ONNX Runtime's `run`.";

type Times = Record<"ours" | "outside" | "theirs", number[]>;

function rates(net: string, points: number, { ours, outside, theirs }: Times, target?: number): Finding {
  const rate = (seconds: number[]) => (points * ITERATIONS) / median(seconds);
  const ratio = rate(ours) / rate(theirs);
  const [mine, other] = [ours, theirs].map((seconds) => Math.round(rate(seconds)).toLocaleString("en"));
  return {
    what: `${net}: images x iterations a second, ours and PyTorch's`,
    measured: `${mine}, ${other}: ${ratio.toFixed(2)} x; ${percent(median(outside))} outside of ONNX Runtime`,
    ...(target !== undefined && { target: `>= ${target} x`, met: ratio >= target }),
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

type Clock = { seconds: number };

/** Counts the seconds within InferenceSession.run from now on. */
function clockOnnxRuntime(): Clock {
  const clock = { seconds: 0 };
  const { prototype } = InferenceSession as unknown as { prototype: { run(...given: unknown[]): Promise<unknown> } };
  const { run } = prototype;
  prototype.run = async function (...given) {
    const began = performance.now();
    try {
      return await run.apply(this, given);
    } finally {
      clock.seconds += (performance.now() - began) / 1000;
    }
  };
  return clock;
}

/** As attackNet, with the seconds of it that were within ONNX Runtime. */
async function timed(clock: Clock, net: AttackedNet, attack: Attack, rows?: number[]) {
  const before = clock.seconds;
  const attacked = await attackNet(net, attack, rows);
  return { ...attacked, inside: clock.seconds - before };
}

async function wholeTier(clock: Clock, net: string, subject: AttackedNet): Promise<Finding> {
  const { job, victim } = subject;
  let rows = [...subject.labels.keys()];
  let [seconds, inside] = [0, 0];
  const parts: string[] = [];
  for (const stage of planOf("full", victim.survey, job.norm)) {
    const attack = attackOf(stage, victim);
    if (!attack.applies(job) || stage.variant !== "exact") continue;
    const spent = await timed(clock, subject, attack, rows);
    [seconds, inside, rows] = [seconds + spent.seconds, inside + spent.inside, spent.standing];
    parts.push(`${attack.name} ${percent(1 - spent.inside / spent.seconds)} of ${spent.seconds.toFixed(1)} s`);
  }
  const outside = 1 - inside / seconds;
  return {
    what: `${net}: outside of ONNX Runtime, the full tier on ${subject.labels.length} points`,
    measured: `${percent(outside)} of ${seconds.toFixed(1)} s (${parts.join(", ")})`,
    ...{ target: "<= 15 %", met: outside <= 0.15 },
  };
}

function torchSeconds(python: string, scratch: string, { file, job, x, labels }: AttackedNet): number {
  const files: [string, string] = [join(scratch, "x.npy"), join(scratch, "y.npy")];
  writeFileSync(files[0], writeNpy({ shape: [labels.length, ...job.shape], data: Float32Array.from(x) }));
  writeFileSync(files[1], writeNpy({ shape: [labels.length], data: BigInt64Array.from(labels, BigInt) }));
  const script = join(checkout, "commands/bench/apparatus/apgd.py");
  const given = [script, file, ...files, String(NO_RADIUS), String(ITERATIONS)];
  const { standing, seconds } = Theirs.parse(JSON.parse(lastLine(python, given)));
  if (standing !== labels.length)
    throw new Error(`${labels.length - standing} points fell, or were answered otherwise`);
  return seconds;
}
