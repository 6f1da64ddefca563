import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "#commands/bench/apparatus/figures.ts";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { checkout } from "#commands/checkout.ts";
import { openClimber } from "#evaluator/runner/climbers.ts";
import { loadForSearch, runnerOf } from "#evaluator/runner/session.ts";
import { trace } from "#evaluator/runner/trace.ts";
import { admittedModel } from "#evaluator/runner/victim.ts";
import { encode } from "#onnx/encode.ts";
import { LOSSES } from "#onnx/gradient.ts";

const CLASSES = 10;
const BATCH = 64;
const ROUNDS = 15;
/** At least so long is timed at once; where one run takes longer, a few rounds do. */
const LEAST_MS = 20;
const FEW = 3;

/** Of onnx/families, by either exporter: their inputs are [3, 16, 16]. */
const FAMILIES =
  /^(resnet|wide-resnet|resnext|preact-resnet|vgg|densenet|mobilenet-v[23]|efficientnet|convnext|shufflenet|unet)-(ts|dynamo)\d+\.onnx$/;
/** Of --folder: nets of the size that people submit. */
const NETS: { net: string; shape: number[] }[] = [
  { net: "resnet18", shape: [3, 32, 32] },
  { net: "resnet20", shape: [3, 32, 32] },
  { net: "vgg11", shape: [3, 32, 32] },
  { net: "kw_cifar_8px", shape: [3, 32, 32] },
  { net: "kw_fashion", shape: [1, 28, 28] },
  { net: "madry_tiny", shape: [1, 28, 28] },
];

interface Timed {
  name: string;
  pools: boolean;
  forward: number;
  gradient: number;
}

/** What logits, loss and gradient cost beside logits alone, both as a search asks for them: one thread, one batch. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const folder = join(checkout, "onnx/families");
  const files = readdirSync(folder).filter((file) => FAMILIES.test(file));
  const families: Timed[] = [];
  for (const file of options.small ? files.slice(0, 2) : files)
    families.push(await timed(file.replace(".onnx", ""), join(folder, file), [3, 16, 16], options.small));
  const nets: Timed[] = [];
  for (const { net, shape } of NETS) {
    const file = join(options.folder ?? "", "nets", `${net}.onnx`);
    if (options.folder !== undefined && existsSync(file)) nets.push(await timed(net, file, shape, options.small));
  }
  publish("gradients", began, HOW, findings(families, nets), options);
}

const HOW =
  `Networks of onnx/families, ${BATCH} inputs of [3, 16, 16] in one batch, one thread, whole ONNX Runtime sessions as searches have them: logits alone against logits, loss and ` +
  `gradient (exact variant, targeted DLR). Medians of ${ROUNDS} rounds in turns, of ${FEW} where a forward pass takes more than ${LEAST_MS} ms. These have few channels, as only their form matters: pools and activations take the more of their time. Nets of a real size are beside them.`;

function findings(families: Timed[], nets: Timed[]): Finding[] {
  const ratio = ({ forward, gradient }: Timed) => gradient / forward;
  const over = (of: Timed[], most: number, what: string): Finding[] => {
    if (of.length === 0) return [];
    const ratios = of.map(ratio);
    const [middle, worst] = [median(ratios), of[ratios.indexOf(Math.max(...ratios))]!];
    return [
      {
        what: `${what}: ${of.length}`,
        measured: `${middle.toFixed(2)} x at the median, most ${ratio(worst).toFixed(2)} x (${worst.name})`,
        ...{ target: `<= ${most} x at the median`, met: middle <= most },
      },
    ];
  };
  const line = (net: Timed): Finding => ({
    what: net.name + (net.pools ? ", with max pooling" : ""),
    measured: `${(net.forward * 1000).toFixed(2)} ms, ${(net.gradient * 1000).toFixed(2)} ms: ${ratio(net).toFixed(2)} x`,
  });
  const sorts = { "small families": families, "nets of a real size": nets };
  return [
    ...Object.entries(sorts).flatMap(([sort, all]) => [
      ...over(
        all.filter(({ pools }) => !pools),
        3.5,
        `${sort} without max pooling`,
      ),
      ...over(
        all.filter(({ pools }) => pools),
        4,
        `${sort} with max pooling`,
      ),
    ]),
    ...[...nets, ...families].map(line),
  ];
}

async function timed(name: string, file: string, shape: number[], quick: boolean): Promise<Timed> {
  const { model, facts } = admittedModel({ shape, classes: CLASSES }, readFileSync(file));
  const size = shape.reduce((a, b) => a * b, 1);
  const x = Float32Array.from({ length: (BATCH + 1) * size }, (_, i) => ((i * 7919) % 257) / 256);
  const given = x.subarray(0, BATCH * size);
  const task = { shape, classes: CLASSES, provider: "cpu" as const };
  const traced = await trace(model, facts, task, x, BATCH, () => ({}));
  const { session } = await loadForSearch(encode(model), "cpu");
  const scorer = runnerOf(session, facts, task, BATCH);
  const climber = await openClimber("exact", task, { model, facts, whole: traced, few: null });
  if (!climber) throw new Error(`${file}: no gradient`);
  const asked = {
    labels: new Int32Array(BATCH),
    targets: new Int32Array(BATCH).fill(1),
    losses: new Uint8Array(BATCH).fill(LOSSES.indexOf("targeted-dlr")),
  };
  const forward = () => scorer.run(given, BATCH);
  const gradient = () => climber.run(given, BATCH, asked, () => ({}));
  const times: Record<"forward" | "gradient", number[]> = { forward: [], gradient: [] };
  const isLong = (await secondsOf(forward)) * 1000 > LEAST_MS;
  for (let round = 0; round < (quick ? 1 : isLong ? FEW : ROUNDS); round++) {
    times.forward.push(await secondsOf(forward));
    times.gradient.push(await secondsOf(gradient));
  }
  await Promise.all([session.release(), climber.release()]);
  const pools = "MaxPool" in facts.ops;
  return { name, pools, forward: median(times.forward), gradient: median(times.gradient) };
}

/** Of one run: the mean over as many as take a moment. */
async function secondsOf(run: () => Promise<unknown>): Promise<number> {
  await run();
  const began = performance.now();
  let runs = 0;
  do {
    await run();
    runs++;
  } while (performance.now() - began < LEAST_MS);
  return (performance.now() - began) / 1000 / runs;
}
