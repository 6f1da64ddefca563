import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeNpy } from "#arrays/npy.ts";
import { Refusal } from "#contest/problem.ts";
import { parseChallenge, readChallengeFolder } from "#store/challenge-folder.ts";

const bundled = resolve(import.meta.dirname, "../challenges");
let scratch: string;
let mnist: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "gauntlet-challenge-"));
  mnist = await readFile(join(bundled, "mnist-linf/challenge.yaml"), "utf8");
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function problemsOf(work: () => unknown) {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) return error.problems;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** The line, from 1, of the first line of the file that contains `text`. */
const lineOf = (file: string, text: string) => file.split("\n").findIndex((line) => line.includes(text)) + 1;

test.each([
  [
    "an epsilon off the grid",
    "epsilon: 76/255",
    "epsilon: 0.3",
    "expected a whole number of grid steps",
    "epsilon: 0.3",
  ],
  [
    "a threat model that cannot be judged",
    "norm: Linf",
    "norm: unrestricted",
    '"unrestricted" cannot be judged',
    "norm: u",
  ],
  ["a targeted threat model", "targeted: false", "targeted: true", '"targeted" cannot be judged', "targeted: true"],
  ["thresholds out of order", "weakened: 0.75", "weakened: 0.2", "weakened > broken > collapsed", "weakened: 0.2"],
  ["an even number of draws", "draws: 33", "draws: 32", "expected an odd number", "draws: 32"],
  ["a key that nobody knows", "draws: 33", "draws: 33\ndraw: 1", 'Unrecognized key: "draw"', "draw: 1"],
  ["a claim in percent", "claim: 0.95", "claim: 95", "expected number to be <=1", "claim: 95"],
  [
    "a file outside the folder",
    "data/points_x.npy",
    "../points_x.npy",
    "inside the challenge's folder",
    "../points_x.npy",
  ],
])("refuses %s, with its line", async (_, from, to, message, line) => {
  const text = mnist.replace(from, to);
  const [problem] = await problemsOf(() => parseChallenge(text));
  expect(problem).toMatchObject({ code: "bad-challenge-file", message: expect.stringContaining(message) });
  expect(problem!.where).toContain(`line ${lineOf(text, line)},`);
});

test("refuses what is no YAML, with its line", async () => {
  const [problem] = await problemsOf(() => parseChallenge("title: A\nsummary: [\n"));
  expect(problem).toMatchObject({ code: "bad-yaml", where: expect.stringMatching(/line [23]$/) });
});

test("refuses an alias bomb instead of expanding it", async () => {
  const bomb = `a: &a [x, x]\n${"bcdefghijkl".replace(/./g, (c, i: number) => `${c}: &${c} [*${"abcdefghijkl"[i]}, *${"abcdefghijkl"[i]}]\n`)}`;
  expect((await problemsOf(() => parseChallenge(bomb)))[0]!.code).toBe("bad-yaml");
});

/** A copy of the tiny challenge with one file replaced. */
async function changed(file: string, bytes: Uint8Array): Promise<string> {
  const folder = join(await mkdtemp(join(scratch, "x-")), "tiny-nogrid");
  await cp(join(bundled, "tiny-nogrid"), folder, { recursive: true });
  await writeFile(join(folder, file), bytes);
  return folder;
}

test.each([
  [
    "labels that are no class",
    "data/points_y.npy",
    writeNpy({ shape: [60], data: new Uint8Array(60).fill(3) }),
    "bad-label",
  ],
  ["too few labels", "data/points_y.npy", writeNpy({ shape: [59], data: new Uint8Array(59) }), "wrong-label-count"],
  [
    "inputs of another shape",
    "data/points_x.npy",
    writeNpy({ shape: [60, 16], data: new Float32Array(960) }),
    "wrong-data-shape",
  ],
  [
    "inputs out of range",
    "data/points_x.npy",
    writeNpy({ shape: [60, 1, 4, 4], data: new Float32Array(960).fill(2) }),
    "data-off-range",
  ],
  ["data that is no array", "data/points_x.npy", new Uint8Array(10), "npy-magic"],
])("refuses %s", async (_, file, bytes, code) => {
  const folder = await changed(file, bytes);
  expect((await problemsOf(() => readChallengeFolder(folder)))[0]).toMatchObject({
    code,
    where: expect.stringContaining(file),
  });
});

test("refuses a folder without challenge.yaml, or with a name that is no address", async () => {
  expect((await problemsOf(() => readChallengeFolder(join(scratch, "empty"))))[0]!.code).toBe("no-challenge-file");
  expect((await problemsOf(() => readChallengeFolder(join(scratch, "Not A Slug"))))[0]!.code).toBe("bad-slug");
});
