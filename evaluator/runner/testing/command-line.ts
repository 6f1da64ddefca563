import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readNpy, writeNpy } from "#arrays/npy.ts";
import { checkout } from "#commands/checkout.ts";
import { childEnvironment } from "#env.ts";

/** Bytes of Fashion-MNIST: images [count, 1, 28, 28] with their labels, and the files that hold them. */
export interface FashionPoints {
  x: Uint8Array;
  y: Uint8Array;
  files: { points: string; labels: string };
}

/** The first points of the bundled challenge on Fashion-MNIST, written as files into `folder`. */
export function fashionPoints(folder: string, count: number): FashionPoints {
  const part = (name: string) => {
    const read = readNpy(readFileSync(join(checkout, `challenges/fashion-mnist-linf/data/points_${name}.npy`)));
    if (!read.ok) throw new Error(read.problems[0]!.message);
    const { shape, data } = read.array;
    const values = Array.from(data as ArrayLike<number>, Number).slice(0, (count * data.length) / shape[0]!);
    const bytes = Uint8Array.from(values);
    const file = join(folder, `${name}.npy`);
    writeFileSync(file, writeNpy({ shape: [count, ...shape.slice(1)], data: bytes }));
    return { bytes, file };
  };
  const [x, y] = [part("x"), part("y")];
  return { x: x.bytes, y: y.bytes, files: { points: x.file, labels: y.file } };
}

/** What `npm run gauntlet -- run <model> --json` prints, at L-infinity 25/255 on the grid of 8 bits. */
export interface CommandReport {
  cleanAccuracy: number;
  robustAccuracy: number;
  attacks: { id: string; standingBefore: number; standingAfter: number }[];
  flags: { id: string }[];
  survey: { variants: string[]; trees: boolean; linear: boolean; flat: boolean; moves: boolean };
}

/** Runs the suite on a model's file as a person would. Throws with its standard error where it fails. */
export function gauntletOn(model: string, { files }: FashionPoints, ...more: string[]): CommandReport {
  const inputs = ["--points", files.points, "--labels", files.labels, "--epsilon", "25/255", "--grid", "255"];
  const command = ["commands/gauntlet.ts", "run", model, ...inputs, "--json", ...more];
  const ran = spawnSync(process.execPath, command, { cwd: checkout, encoding: "utf8", env: childEnvironment({}) });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout);
}
