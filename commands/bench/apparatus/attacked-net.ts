import { readFileSync } from "node:fs";
import { readLabelled } from "#commands/gauntlet/inputs.ts";
import type { ModelJob } from "#contest/job.ts";
import { answerOf } from "#contest/verdict.ts";
import { batchOf } from "#evaluator/house.ts";
import type { Attack, Task } from "#evaluator/runner/attacks/attack.ts";
import { runAttack } from "#evaluator/runner/attacks/pool.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { load } from "#evaluator/runner/session.ts";
import { admittedModel, type Victim, victimOf } from "#evaluator/runner/victim.ts";
import { encode } from "#onnx/encode.ts";

const CLASSES = 10;

/** A net of ten classes and its own answers to some inputs, open in this process as a runner has it. */
export interface AttackedNet {
  file: string;
  job: ModelJob;
  victim: Victim;
  /** Float32 [points, ...shape]. */
  x: Float32Array;
  /** The net's own answers, [points]. */
  labels: Uint16Array;
  logits: Float32Array;
}

/** Opens a net with the first `most` inputs of `<images>_x.npy`, in L-infinity at `epsilon`, without a grid. */
export async function openNet(file: string, images: string, most: number, epsilon: number): Promise<AttackedNet> {
  const read = readLabelled(`${images}_x.npy`, `${images}_y.npy`);
  const size = read.x.length / read.labels.length;
  const points = Math.min(most, read.labels.length);
  const x = Float32Array.from(read.x.subarray(0, points * size));
  const admitted = admittedModel({ shape: read.shape, classes: CLASSES }, readFileSync(file));
  const job: ModelJob = {
    ...{ shape: read.shape, classes: CLASSES, norm: "Linf", epsilon, range: [0, 1], grid: null, draws: 1 },
    ...{ points: [...Array(points).keys()], seed: "0".repeat(16), provider: "cpu" },
    batch: batchOf(admitted.facts.flopsPerExample, points),
  };
  const victim = await victimOf(job, admitted, await load(encode(admitted.model)), x);
  const { verdicts, batch } = await victim.oracle("exact");
  const logits = new Float32Array(points * CLASSES);
  for (let row = 0; row < points; row += batch) {
    const count = Math.min(batch, points - row);
    logits.set(await verdicts(x.subarray(row * size, (row + count) * size), count), row * CLASSES);
  }
  const labels = Uint16Array.from({ length: points }, (_, row) => answerOf(logits, CLASSES, row));
  return { file, job, victim, x, labels, logits };
}

/** Attacks the inputs `rows`, all by default; resolves to the seconds that it took and those that did not fall. */
export async function attackNet(
  net: AttackedNet,
  attack: Attack,
  rows = [...net.labels.keys()],
): Promise<{ seconds: number; standing: number[] }> {
  const oracle = await net.victim.oracle("exact");
  const began = performance.now();
  const { settled } = await runAttack(attack, tasksOf(net, attack.name, rows), oracle);
  const standing = settled.filter(({ outcome }) => !outcome.example).map(({ point }) => point);
  return { seconds: (performance.now() - began) / 1000, standing };
}

function tasksOf({ job, x, labels, logits }: AttackedNet, stream: string, rows: number[]): Task[] {
  const size = x.length / labels.length;
  return rows.map((row) => ({
    ...{ point: row, arena: job, clean: x.subarray(row * size, (row + 1) * size), label: labels[row]!, starts: [] },
    cleanLogits: logits.subarray(row * CLASSES, (row + 1) * CLASSES),
    random: streamOf(job.seed, stream, row),
  }));
}
