import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNpy } from "#arrays/npy.ts";
import { Problem } from "#contest/problem.ts";
import type { SubmissionKind } from "#contest/submission.ts";
import type { RowFaults } from "#evaluator/admit-attack.ts";
import { bundled, variant } from "#evaluator/testing/challenges.ts";
import { type Installation, openInstallation, type Upload } from "#evaluator/testing/installation.ts";
import type { EvaluatorProcess } from "#evaluator/testing/process.ts";
import { badArrays, GOLDEN_EXPECTED } from "#golden/arrays.ts";
import { badModels } from "#golden/models.ts";
import { runtimeModels } from "#golden/models-runtime.ts";
import { type CleanPoints, rowCases } from "#golden/rows.ts";
import type { Submission } from "#store/generated/client.ts";

/** Limits that a bad model meets within seconds, and a good one not even on a busy machine. */
const budgets = {
  ...{ admitMs: 20_000, stallMs: 20_000, measureMs: 10_000, perRowMs: 5 },
  maxExamplesBytes: GOLDEN_EXPECTED.maxBytes,
};
const grid = () => pointsOf("mnist-linf", 76 / 255, 255);
const free = () => pointsOf("tiny-nogrid", 0.1, null);

const arrays = [...badArrays()];
const models = [...badModels()];
const running = [...runtimeModels()];
const rows = [...rowFiles(grid()), ...rowFiles(free())];
/** What the evaluator calls each of the outcomes that only a run can show. */
const RUNTIME: Record<string, string> = {
  load: "model-does-not-load",
  time: "model-too-slow",
  memory: "model-out-of-memory",
  invalid: "no-valid-answer",
  batch: "batch-dependent",
};
/** Found by the one input that admission runs, before anything is measured. */
const SOONER: Record<string, string> = {
  channels: "model-does-not-run",
  "two-rows-each": "wrong-output-shape",
  "no-rows": "wrong-output-shape",
  "rows-by-data": "wrong-output-shape",
};

const folder = mkdtempSync(join(tmpdir(), "gauntlet-bad-uploads-"));
let site: Installation;
let evaluator: EvaluatorProcess;
/** Submissions by case. */
const ids = new Map<unknown, string>();
let good: string[];

beforeAll(async () => {
  site = await openInstallation(variant("mnist-linf", folder));
  const tiny = await site.addChallenge(variant("tiny-nogrid", folder));
  evaluator = await site.startEvaluator({ budgets });
  const submit = async (kind: SubmissionKind, it: Upload, challengeId?: string) =>
    ids.set(it, await site.submit(kind, { ...it, challengeId }));
  for (const it of arrays) await submit("attack", it);
  for (const it of rows) await submit("attack", it, it.grid === null ? tiny : undefined);
  for (const it of [...running, ...models]) await submit("defense", it);
  good = [
    await site.submit("defense", { bytes: readFileSync(join(bundled("mnist-linf"), "baselines/undefended.onnx")) }),
    await site.submit("attack", { bytes: readFileSync(join(bundled("mnist-linf"), "attacks/noise.npz")) }),
  ];
}, 240_000);
afterAll(async () => {
  await site?.close();
  rmSync(folder, { recursive: true });
});

/** Waits with the patience that a queue of two hundred on a busy machine needs. */
const outcomeOf = (it: unknown): Promise<Submission> => site.outcome(ids.get(it)!, 300_000);

function expectRefused(submission: Submission, code: string, attempt: "free-rejection" | "spent"): void {
  expect(submission).toMatchObject({ state: "rejected", attempt, failure: null });
  const [problem] = submission.problems as unknown as Problem[];
  expect(Problem.parse(problem)).toMatchObject({
    code,
    message: expect.stringMatching(/\.$/),
    fix: expect.any(String),
  });
}

describe("a file of examples that cannot be read is refused by its own code, at no cost", { timeout: 330_000 }, () => {
  test.each(arrays)("$name", async (it) => expectRefused(await outcomeOf(it), it.code, "free-rejection"));
});

describe("rows are judged one by one, and only those that break a rule do not count", { timeout: 330_000 }, () => {
  test.each(rows)("$title", async (it) => {
    const submission = await outcomeOf(it);
    if (it.outcome === "rejected") return expectRefused(submission, "no-admissible-row", "free-rejection");
    expect(submission).toMatchObject({ state: "scored", attempt: "spent" });
    const attack = await site.db.attack.findUniqueOrThrow({ where: { id: submission.id } });
    const faults = attack.rowFaults as unknown as RowFaults;
    const found = Object.entries(faults).flatMap(([rule, { first }]) => first.map(({ row }) => [row, rule]));
    expect(Object.fromEntries(found)).toEqual(it.faults);
    expect(attack).toMatchObject({ submittedRows: 4, rows: 4 - found.length });
  });
});

describe("a model that the gate refuses is refused by its own code, at no cost", { timeout: 330_000 }, () => {
  // What begins like a zip is opened as one: a zip of a model and its side file is welcome.
  const doors: Record<string, string> = { "model-not-onnx/checkpoint": "zip-truncated" };
  test.each(models)("$name", async (it) =>
    expectRefused(await outcomeOf(it), doors[it.name] ?? it.code, "free-rejection"),
  );
});

describe("a model that fails when it runs is refused by its own code, and has spent an attempt", {
  timeout: 330_000,
}, () => {
  const refused = running.filter(({ name }) => !name.endsWith("/one-row"));
  test.each(refused)("$name", async (it) => {
    expectRefused(await outcomeOf(it), SOONER[it.name.split("/")[1]!] ?? RUNTIME[it.code]!, "spent");
  });

  test("one that is wrong in batches only is asked row by row", async () => {
    const it = running.find(({ name }) => name.endsWith("/one-row"));
    const submission = await outcomeOf(it);
    expect(submission.state).toBe("scored");
    const defense = await site.db.defense.findUniqueOrThrow({ where: { id: submission.id } });
    const evaluations = await site.db.evaluation.findMany({ where: { defenseId: defense.id } });
    expect(evaluations.map(({ invalid }) => invalid).every((invalid) => invalid === 0)).toBe(true);
  });
});

describe("after all of them", { timeout: 330_000 }, () => {
  test("the evaluator that met them is alive, has scored what came after, and has nothing left to do", async () => {
    const [defense, attack] = await Promise.all(good.map((id) => site.outcome(id, 300_000)));
    expect([defense!.state, attack!.state]).toEqual(["scored", "scored"]);
    expect(evaluator.running()).toBe(true);
    const nodes = await site.db.evaluatorNode.findMany();
    expect(nodes.map(({ pid }) => pid)).toEqual([evaluator.pid]);
    for (const id of ids.values()) await site.outcome(id);
    await expect.poll(() => site.jobs(), { timeout: 10_000 }).toBe(0);
  });

  test("no case was a fault of ours", async () => {
    expect(await site.db.submission.count({ where: { state: "failed" } })).toBe(0);
  });

  test("there were at least 60 bad uploads, with at least 60 codes between them", async () => {
    const refused = await site.db.submission.findMany({ where: { state: "rejected" } });
    const codes = new Set(refused.map(({ problems }) => (problems as unknown as Problem[])[0]!.code));
    expect(refused.length).toBeGreaterThanOrEqual(60);
    expect(codes.size).toBeGreaterThanOrEqual(60);
  });
});

function pointsOf(slug: string, epsilon: number, steps: number | null): CleanPoints {
  const read = readNpy(readFileSync(join(bundled(slug), "data/points_x.npy")));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const [count, ...shape] = read.array.shape as [number, ...number[]];
  const x = Float32Array.from(read.array.data as ArrayLike<number>, (value) => Number(value) / (steps ?? 1));
  return { x, count, shape, epsilon, grid: steps, range: [0, 1] };
}

/** The golden row files, each with a first row of its own: files with the same admissible rows would be duplicates. */
function rowFiles(points: CleanPoints) {
  return rowCases(points).map((_, i) => {
    const x = points.x.slice();
    const place = x.findIndex((value) => value < 0.5);
    x[place] = x[place]! + (i + 1) / (points.grid ?? 1000);
    const it = rowCases({ ...points, x })[i]!;
    return { ...it, grid: points.grid, title: `${it.name}, grid ${points.grid}` };
  });
}
