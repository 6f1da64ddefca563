import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { lastLine } from "#commands/bench/apparatus/last-line.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { Provider } from "#contest/gauntlet.ts";
import { env } from "#env.ts";

interface Contender {
  net: string;
  images: string;
  /** Fewer of them for the CPU, where only rates are compared. */
  few?: string;
  epsilon: string;
  tier: "quick" | "full";
}

/**
 * In the folder as nets/<net>.onnx and images/<images>_x.npy and _y.npy. Of resnet18 (apparatus/networks.py writes net
 * and labels) only rates are compared: its weights are random, its labels are its own answers, and so small a radius
 * breaks nothing, so that every stage runs to its end.
 */
const CONTENDERS: Contender[] = [
  { net: "resnet18", images: "resnet18", few: "resnet18_few", epsilon: "0.000001", tier: "quick" },
  { net: "kw_cifar_8px", images: "cifar_200", epsilon: "8/255", tier: "full" },
  { net: "madry_tiny", images: "mnist_1000", epsilon: "0.3", tier: "full" },
];

const Run = z.object({
  n: z.int(),
  robustAccuracy: z.number(),
  seconds: z.number(),
  attacks: z.array(
    z.object({
      id: z.string(),
      provider: Provider,
      seconds: z.number(),
      gradientEvaluations: z.number(),
      forwardEvaluations: z.number(),
    }),
  ),
});
type Run = z.infer<typeof Run>;

/** The gauntlet on this machine's accelerator against the same on two of its cores; verdicts are the CPU's in both. */
export async function main(options: BenchOptions): Promise<void> {
  const { folder } = options;
  const provider = env.EXECUTION_PROVIDER;
  if (folder === undefined || provider === "cpu")
    return console.log("  left out: it needs --folder with nets and images, and EXECUTION_PROVIDER=webgpu or cuda");
  const began = moment();
  const findings = CONTENDERS.slice(0, options.small ? 1 : 3).flatMap((contender) => {
    const files = filesOf(folder, contender);
    const few = filesOf(folder, { ...contender, images: contender.few ?? contender.images });
    if (![...files, ...few].every((file) => existsSync(file))) return [];
    const accelerated = gauntlet(contender, files, { EXECUTION_PROVIDER: provider, EVALUATOR_SLOTS: "1" });
    const cpu = gauntlet(contender, few, { EXECUTION_PROVIDER: "cpu", EVALUATOR_SLOTS: "2" });
    const found = compared(contender, accelerated, cpu);
    for (const { what, measured } of found) console.log(`  ${what}: ${measured}`);
    return found;
  });
  publish("accelerator", began, HOW, findings, options);
}

const HOW =
  "`npm run gauntlet -- run ... --json` with EXECUTION_PROVIDER set and one process, then on the CPU with two processes of one thread each. Evaluations are of inputs, a second of the stages that make them.";

function filesOf(folder: string, { net, images }: Contender): [string, string, string] {
  return [
    join(folder, "nets", `${net}.onnx`),
    join(folder, "images", `${images}_x.npy`),
    join(folder, "images", `${images}_y.npy`),
  ];
}

function gauntlet({ epsilon, tier }: Contender, [model, x, y]: string[], variables: Record<string, string>): Run {
  const args = ["commands/gauntlet.ts", "run", model!, "--points", x!, "--labels", y!, "--classes", "10"];
  const how = ["--epsilon", epsilon, "--tier", tier, "--json"];
  return Run.parse(JSON.parse(lastLine(process.execPath, [...args, ...how], variables)));
}

function compared(contender: Contender, accelerated: Run, cpu: Run): Finding[] {
  const { net, tier, epsilon } = contender;
  const what = `${net} at ${epsilon}, ${tier}`;
  const standing = (run: Run) => Math.round(run.robustAccuracy * run.n);
  const rate = (run: Run, kind: "gradientEvaluations" | "forwardEvaluations") => {
    const stages = run.attacks.filter((stage) => stage[kind] > stage.seconds && stage[kind] * 2 > evaluations(stage));
    return sum(stages, (stage) => stage[kind]) / sum(stages, (stage) => stage.seconds);
  };
  const rates = (kind: "gradientEvaluations" | "forwardEvaluations", target?: number): Finding => {
    const [on, off] = [rate(accelerated, kind), rate(cpu, kind)];
    const ratio = on / off;
    return {
      what: `${what}: ${kind === "gradientEvaluations" ? "gradients" : "forward passes"} a second`,
      measured: `${on.toFixed(0)}, ${off.toFixed(0)}: ${ratio.toFixed(1)} x`,
      ...(target !== undefined && { target: `>= ${target} x`, met: ratio >= target }),
    };
  };
  const names = [...new Set(accelerated.attacks.map((stage) => stage.provider))].join(", ");
  return [
    contender.few === undefined && {
      what: `${what}: points that stand, searched on ${names}, on cpu`,
      measured: `${standing(accelerated)}, ${standing(cpu)} of ${cpu.n}`,
      target: "within 1 %",
      met: Math.abs(standing(accelerated) - standing(cpu)) <= Math.max(1, cpu.n / 100),
    },
    contender.few === undefined && {
      what: `${what}: seconds`,
      measured: `${accelerated.seconds.toFixed(1)}, ${cpu.seconds.toFixed(1)}`,
    },
    rates("gradientEvaluations", net === "resnet18" ? 20 : undefined),
    rates("forwardEvaluations"),
  ].filter((finding) => finding !== false);
}

const evaluations = (stage: Run["attacks"][number]) => stage.gradientEvaluations + stage.forwardEvaluations;
const sum = <T>(items: T[], of: (item: T) => number) => items.reduce((total, item) => total + of(item), 0);
