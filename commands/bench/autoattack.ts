import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { writeNpy } from "#arrays/npy.ts";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { lastLine } from "#commands/bench/apparatus/last-line.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { checkout } from "#commands/checkout.ts";
import { readLabelled } from "#commands/gauntlet/inputs.ts";

const FASHION = join(checkout, "challenges/fashion-mnist-linf/data/points");

type Net = { net: string; images: string; points: number; epsilon: string; normal?: { mean: string; std: string } };

/** Nets in the folder, the radius of each, and the first `points` inputs: in the folder too, or of a challenge that ships. */
const NETS: Net[] = [
  { net: "madry_tiny", images: "images/mnist_1000", points: 1000, epsilon: "0.3" },
  { net: "kw_fashion", images: FASHION, points: 200, epsilon: "0.1" },
  {
    net: "colt_mnist_0.1",
    images: "images/mnist_1000",
    points: 200,
    epsilon: "0.1",
    normal: { mean: "0.1307", std: "0.3081" },
  },
  { net: "kw_cifar_8px", images: "images/cifar_200", points: 200, epsilon: "8/255" },
];

/** Shares of the first net's inputs that the gauntlet is timed on as well: its cost must grow no faster than they do. */
const SHARES = [4, 2];

const Theirs = z.object({ clean: z.int(), standing: z.int(), seconds: z.number() });
const Ours = z.object({ n: z.int(), robustAccuracy: z.number(), seconds: z.number() });

/**
 * The gauntlet's full tier against AutoAttack's standard version (torchattacks, PyTorch on the CPU), on the same nets and
 * inputs, one after the other. `--folder` holds nets/<net>.onnx and images/<name>_x.npy and _y.npy; `--python` is an
 * interpreter with torch, torchattacks and onnx.
 */
export async function main(options: BenchOptions): Promise<void> {
  const { folder, python } = options;
  if (folder === undefined || python === undefined)
    return console.log("  left out: it needs --folder with nets and images, and --python with torch and torchattacks");
  const began = moment();
  const findings: Finding[] = [];
  const scratch = mkdtempSync(join(tmpdir(), "gauntlet-bench-"));
  try {
    for (const { net, images, points, epsilon, normal } of options.small ? NETS.slice(-1) : NETS) {
      const model = join(folder, "nets", `${net}.onnx`);
      const [channelsFirst, labels] = inOrder(scratch, resolve(folder, images), points);
      const ours = gauntlet(model, [channelsFirst, labels], epsilon, normal);
      const [over, under = "1"] = epsilon.split("/") as [string, string?];
      const radius = String(Number(over) / Number(under));
      const script = join(checkout, "commands/bench/apparatus/autoattack.py");
      const given = [model, channelsFirst, labels, radius, ...(normal ? [normal.mean, normal.std] : [])];
      const theirs = Theirs.parse(JSON.parse(lastLine(python, [script, ...given])));
      findings.push(...compared(net, epsilon, ours, theirs));
      if (net !== NETS[0]?.net) continue;
      const parts = SHARES.map((share) =>
        gauntlet(model, inOrder(scratch, resolve(folder, images), points / share), epsilon, normal),
      );
      const sizes = [...parts, ours].map(({ n, seconds }) => `${seconds.toFixed(1)} s for ${n} points`);
      findings.push({ what: `${net} at ${epsilon}: three sizes`, measured: sizes.join(", ") });
    }
    publish("autoattack", began, HOW, findings, options);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const HOW =
  "The whole of `npm run gauntlet -- run ... --tier full` (loading, gate, the quick tier, APGD-CE, APGD-margin, APGD-DLR, APGD-T, FAB-T, Square, up to 10,000 draws of noise, judging; every budget is the most that a point may cost: on models that hide nothing all of these but APGD-CE end early at what is out of reach), one process " +
  "of one thread a core, without a grid; then AutoAttack's standard version (APGD-CE, APGD-T, FAB-T, Square) of torchattacks on PyTorch with as many threads, in batches of 250. Our seconds are of the whole command but for starting it, theirs of the attack and its answers, without starting Python.";

function compared(net: string, epsilon: string, ours: z.infer<typeof Ours>, theirs: z.infer<typeof Theirs>): Finding[] {
  const standing = Math.round(ours.robustAccuracy * ours.n);
  const ratio = theirs.seconds / ours.seconds;
  return [
    {
      what: `${net} at ${epsilon}: points that stand after the gauntlet, after AutoAttack`,
      measured: `${standing}, ${theirs.standing} of ${ours.n} (${theirs.clean} clean)`,
      target: "at most one more",
      met: standing <= theirs.standing + 1,
    },
    {
      what: `${net} at ${epsilon}: time`,
      measured: `${ours.seconds.toFixed(1)} s, ${theirs.seconds.toFixed(1)} s: ${ratio.toFixed(1)} x as fast`,
      ...(net === "madry_tiny" && { target: ">= 10 x", met: ratio >= 10 }),
    },
  ];
}

function gauntlet(
  model: string,
  [points, labels]: [points: string, labels: string],
  epsilon: string,
  normal: Net["normal"],
): z.infer<typeof Ours> {
  const files = [model, "--points", points, "--labels", labels];
  const how = ["--epsilon", epsilon, "--classes", "10", "--tier", "full", "--json"];
  if (normal) how.push("--mean", normal.mean, "--std", normal.std);
  return Ours.parse(JSON.parse(lastLine(process.execPath, ["commands/gauntlet.ts", "run", ...files, ...how])));
}

/** The first `count` inputs channels first, as float32, and the labels: what PyTorch takes. */
function inOrder(folder: string, images: string, count: number): [points: string, labels: string] {
  const read = readLabelled(`${images}_x.npy`, `${images}_y.npy`);
  const labels = read.labels.subarray(0, count);
  const data = read.x.subarray(0, (read.x.length / read.labels.length) * labels.length);
  const files: [string, string] = [join(folder, "x.npy"), join(folder, "y.npy")];
  writeFileSync(files[0], writeNpy({ shape: [labels.length, ...read.shape], data: Float32Array.from(data) }));
  writeFileSync(files[1], writeNpy({ shape: [labels.length], data: BigInt64Array.from(labels, BigInt) }));
  return files;
}
