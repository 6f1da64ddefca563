import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { writeNpy } from "#arrays/npy.ts";
import { writeNpz } from "#arrays/npz-write.ts";
import { readLabelled } from "#commands/gauntlet/inputs.ts";
import { printReport } from "#commands/gauntlet/print.ts";
import { withSandbox } from "#commands/gauntlet/sandboxed.ts";
import { type Attacked, attackAll } from "#commands/gauntlet/suite.ts";
import type { Arena } from "#contest/challenge.ts";
import type { GauntletTier } from "#contest/gauntlet.ts";
import type { Norm } from "#contest/threat-model.ts";

/** The command line, parsed. */
export interface GauntletOptions {
  points: string;
  labels: string;
  norm: Norm;
  epsilon: number;
  tier: GauntletTier;
  grid: number | null;
  mean?: number[];
  std?: number[];
  classes?: number;
  seed: number;
}

/** Attacks one model with the house's suite and prints what came of it; see commands/gauntlet.ts for the options. */
export async function runGauntlet(
  options: GauntletOptions & { model: string; json: boolean; out?: string },
): Promise<void> {
  await withSuite(options, async (attack, shape) => {
    const attacked = await attack(options.model);
    if (options.out !== undefined) writeExamples(options.out, attacked, shape);
    printReport(attacked, options.json);
  });
}

/**
 * Hands over the suite on the given points: a function that attacks a model file, and the shape of an input. The sandbox
 * lives as long as `use`. Throws for files that cannot be read and models that are refused.
 */
export async function withSuite(
  options: GauntletOptions,
  use: (attack: (model: string) => Promise<Attacked>, shape: number[]) => Promise<void>,
): Promise<void> {
  const inputs = readLabelled(options.points, options.labels);
  const { norm, epsilon, grid } = options;
  const classes = Math.max(2, options.classes ?? inputs.classes);
  const points = inputs.labels.length;
  const arena: Arena = { norm, epsilon, grid, range: [0, 1], shape: inputs.shape, classes, points };
  await withSandbox(async (context, signal) => {
    const attack = (model: string) => attackAll(context, arena, { ...inputs, ...uploadOf(model) }, options, signal);
    await use(attack, inputs.shape);
  });
}

function uploadOf(model: string) {
  if (!existsSync(model)) throw new Error(`${model}: there is no such file.`);
  const side = [`${model}.data`].find(existsSync);
  return { bytes: readFileSync(model), side: side === undefined ? undefined : readFileSync(side) };
}

/** The examples that broke a point, one each: the first found. */
function writeExamples(file: string, { examples }: Attacked, shape: number[]): void {
  const points = [...examples.keys()].sort((a, b) => a - b);
  const size = shape.reduce((a, b) => a * b, 1);
  const x = new Float32Array(points.length * size);
  for (const [row, point] of points.entries()) x.set(examples.get(point)!, row * size);
  const members = {
    x_adv: writeNpy({ shape: [points.length, ...shape], data: x }),
    index: writeNpy({ shape: [points.length], data: BigInt64Array.from(points, BigInt) }),
  };
  writeFileSync(file, writeNpz(members, { compress: true }));
}
