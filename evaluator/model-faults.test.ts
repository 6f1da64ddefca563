import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { INVALID_OUTPUT, NO_MAJORITY } from "#contest/verdict.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import type { EvaluatorProcess } from "#evaluator/testing/process.ts";
import { answersOf, pointsWithBit } from "#evaluator/testing/results.ts";
import { attackOn, CLASSES, linear, nudge, SIZE, TINY, tinyPoints } from "#evaluator/testing/tiny.ts";
import { crashAt, nanAt, type Trigger } from "#evaluator/testing/triggers.ts";
import { floats, ints, node, tensorValue } from "#golden/graph.ts";
import { elementTypes } from "#onnx/model.ts";
import type { Evaluation, Submission } from "#store/generated/client.ts";

const { x, y, n } = tinyPoints();
/** A point that the linear model answers rightly, clean and nudged. */
const AT = 7;
const point = x.slice(AT * SIZE, (AT + 1) * SIZE);
const nudged = point.slice();
nudge(nudged, 1, AT);

let site: Installation;
let evaluator: EvaluatorProcess;
/** What the plain model, the baseline, answered. */
let plain: Evaluation[];
let attackId: string;

beforeAll(async () => {
  site = await openInstallation(TINY, { secret: "1".repeat(64) });
  evaluator = await site.startEvaluator();
  attackId = await site.submit("attack", { bytes: attackOn((row, i) => nudge(row, 1, i)), name: "Nudge" });
  for (const { id } of await site.db.submission.findMany())
    expect(await site.outcome(id)).toMatchObject({ state: "scored" });
  plain = await evaluationsOf((await site.db.defense.findFirstOrThrow({ where: { name: "Linear" } })).id);
}, 120_000);
afterAll(() => site?.close());

function evaluationsOf(defenseId: string): Promise<Evaluation[]> {
  // What the house attacks follows from each model's own answers and is no part of what is compared here.
  return site.db.evaluation.findMany({ where: { defenseId, kind: { not: "house" } }, orderBy: { subject: "asc" } });
}

const submitted = async (bytes: Uint8Array): Promise<Submission> =>
  site.outcome(await site.submit("defense", { bytes }));

const withTrigger = ({ nodes, weights }: Trigger) => linear({ after: nodes, weights });
const verdicts = (evaluations: Evaluation[]) =>
  evaluations.map(({ subject, attacked, broken, invalid, answers }) => {
    return { subject, attacked, broken, invalid, answers: answers && answersOf({ answers }) };
  });

describe("a model in any of the forms that exporters write gets the verdicts of the plain one", {
  timeout: 60_000,
}, () => {
  const cast = (to: number) => node("Cast", "x", "x32", { to });
  const input = (dims: (string | number)[], type?: number) => [tensorValue("x", dims, type)];
  const { float32, float64 } = elementTypes;
  const forms: [string, Uint8Array][] = [
    ["fixed batch 1", linear({ inputs: input([1, 1, 4, 4]), outputs: [tensorValue("y", [1, CLASSES])] })],
    ["fixed batch 7", linear({ inputs: input([7, 1, 4, 4]), outputs: [tensorValue("y", [7, CLASSES])] })],
    ["channels last", linear({ inputs: input(["N", 4, 4, 1]) })],
    ["no channels", linear({ inputs: input(["N", 4, 4]) })],
    ["flat", linear({ inputs: input(["N", SIZE]) })],
    ["float64", linear({ inputs: input(["N", 1, 4, 4], float64), before: [cast(float32)], from: "x32" })],
    ["probabilities", linear({ after: [node("Softmax", "scores", "y", { axis: 1 })] })],
    ["no batch in the output", linear({ inputs: input([1, 1, 4, 4]), ...scoresWithoutBatch() })],
    ["opset 11, IR 5", linear({ opsets: { "": 11 }, irVersion: 5 })],
    ["opset 26, IR 13", linear({ opsets: { "": 26 }, irVersion: 13, after: [node("Identity", "scores", "y")] })],
  ];
  test.each(forms)("%s", async (_, bytes) => {
    const submission = await submitted(bytes);
    expect(submission).toMatchObject({ state: "scored", problems: null });
    expect(verdicts(await evaluationsOf(submission.id))).toEqual(verdicts(plain));
  });

  test("float16 in and out, but for what rounding the input moves across a boundary", async () => {
    const { float16 } = elementTypes;
    const { id, state, problems } = await submitted(
      linear({
        ...{ inputs: input(["N", 1, 4, 4], float16), before: [cast(float32)], from: "x32" },
        ...{ after: [node("Cast", "scores", "y", { to: float16 })], outputs: [tensorValue("y", ["N", 3], float16)] },
      }),
    );
    expect([state, problems]).toEqual(["scored", null]);
    const [clean] = (await evaluationsOf(id)).filter(({ subject }) => subject === "clean");
    const expected = answersOf(plain.find(({ subject }) => subject === "clean")!);
    const changed = answersOf(clean!).filter((answer, i) => answer !== expected[i]);
    expect(changed.length).toBeLessThanOrEqual(1);
  });
});

function scoresWithoutBatch() {
  const after = [node("Reshape", "scores classes", "y")];
  return { after, weights: { classes: ints([CLASSES]) }, outputs: [tensorValue("y", [CLASSES])] };
}

/** The one row is wrong, and no other answer has changed. */
async function expectOneWrong(defenseId: string, subject: string, crashed: number): Promise<void> {
  const evaluation = await site.db.evaluation.findFirstOrThrow({ where: { defenseId, subject } });
  const same = plain.find((other) => other.subject === subject)!;
  const expected = answersOf(same).with(AT, INVALID_OUTPUT);
  expect(answersOf(evaluation)).toEqual(expected);
  expect(pointsWithBit(evaluation.bits!, n)).toEqual(pointsWithBit(same.bits!, n).filter((i) => i !== AT));
  expect(evaluation).toMatchObject({ invalid: same.invalid + 1, crashed });
}

describe("a model's fault at one row is wrong there, and nowhere else", { timeout: 60_000 }, () => {
  test("the row is one that the plain model answers rightly", () => {
    expect(answersOf(plain.find(({ subject }) => subject === "clean")!)[AT]).toBe(y[AT]);
    expect(answersOf(plain.find(({ subject }) => subject === attackId)!)[AT]).toBe(y[AT]);
  });

  test("NaN for a clean point", async () => {
    const { id, state } = await submitted(withTrigger(nanAt(point)));
    expect(state).toBe("scored");
    await expectOneWrong(id, "clean", 0);
  });

  test("NaN for a row of an attack: the point falls", async () => {
    const { id, state } = await submitted(withTrigger(nanAt(nudged)));
    expect(state).toBe("scored");
    await expectOneWrong(id, attackId, 0);
    const { standingBits } = await site.db.defense.findUniqueOrThrow({ where: { id } });
    expect(pointsWithBit(standingBits!, n)).not.toContain(AT);
  });

  test("a native crash at a clean point", async () => {
    const { id, state } = await submitted(withTrigger(crashAt(point)));
    expect(state).toBe("scored");
    await expectOneWrong(id, "clean", 1);
  });

  test("a native crash at a row of an attack", async () => {
    const { id, state } = await submitted(withTrigger(crashAt(nudged)));
    expect(state).toBe("scored");
    await expectOneWrong(id, attackId, 1);
  });

  test("a native crash at the first input that admission tries is a refusal, and has spent an attempt", async () => {
    const submission = await submitted(withTrigger(crashAt(new Float32Array(SIZE))));
    expect(submission).toMatchObject({ state: "rejected", attempt: "spent", problems: [{ code: "model-crashed" }] });
  });
});

describe("answers depend on the input alone", { timeout: 60_000 }, () => {
  test("a model whose answers follow its neighbours is refused with that reason", async () => {
    const centred = [node("ReduceMean", "scores", "mean", { axes: [0] }), node("Sub", "scores mean", "y")];
    const submission = await submitted(linear({ after: centred }));
    expect(submission).toMatchObject({ state: "rejected", attempt: "spent", problems: [{ code: "batch-dependent" }] });
    expect(await site.db.defense.count({ where: { id: submission.id } })).toBe(0);
  });

  test("one that shows it only under an attack is found then, disqualified, and keeps its page", async () => {
    const marker = 0.987654;
    const armed = [
      node("Sub", "x marker", "off"),
      node("Abs", "off", "distance"),
      node("ReduceMin", "distance", "nearest", { keepdims: 0 }),
      node("Less", "nearest close", "armed"),
      node("ReduceMean", "scores", "mean", { axes: [0] }),
      node("Where", "armed mean zero", "shift"),
      node("Sub", "scores shift", "y"),
    ];
    const weights = { marker: floats([], marker), close: floats([], 1e-6), zero: floats([], 0) };
    const defense = await submitted(linear({ after: armed, weights }));
    expect(defense.state).toBe("scored");
    const place = x.findIndex((value) => Math.abs(value - marker) < 0.09);
    const bytes = attackOn((row, i) => {
      if (i === Math.floor(place / SIZE)) row[place % SIZE] = marker;
    });
    const attack = await site.outcome(await site.submit("attack", { bytes, name: "Marked" }));
    expect(attack.state).toBe("scored");
    const { disqualified } = await site.db.defense.findUniqueOrThrow({ where: { id: defense.id } });
    expect(disqualified).toBe("batch-dependent");
    const pair = { defenseId: defense.id, attackId: attack.id };
    expect(await site.db.evaluation.count({ where: pair })).toBe(0);
    const [flag] = await site.db.historyRecord.findMany({ where: { defenseId: defense.id, kind: "flagged" } });
    expect(flag).toMatchObject({ detail: { flag: "batch-dependent" } });
  });
});

describe("a randomised model", { timeout: 60_000 }, () => {
  const noisy = linear({
    before: [node("RandomNormalLike", "x", "noise", { scale: { f: 0.5 } }), node("Add", "x noise", "blurred")],
    from: "blurred",
  });
  const uniform = node("RandomUniformLike", "scores", "u");
  const answersTo = async (defenseId: string, subject: string) =>
    answersOf(await site.db.evaluation.findFirstOrThrow({ where: { defenseId, subject } }));
  /** The nudged rows again, in a file that nobody has submitted: with others left out. */
  const part = (points: number[]) =>
    site.submit("attack", { bytes: attackOn((row, i) => nudge(row, 1, i), points), name: "Part" });
  let defenseId: string;

  test("meets the same noise at the same row, whatever the file around it", async () => {
    const { id, state } = await submitted(noisy);
    expect(state).toBe("scored");
    expect(await site.db.defense.findUniqueOrThrow({ where: { id } })).toMatchObject({ randomised: true });
    defenseId = id;
    const points = Array.from({ length: 40 }, (_, i) => i);
    const attack = await site.outcome(await part(points));
    const [whole, some] = [await answersTo(id, attackId), await answersTo(id, attack.id)];
    expect(points.map((i) => some[i])).toEqual(points.map((i) => whole[i]));
  });

  test("is right where more than half of its draws are: one answer in ten does not show", async () => {
    const rare = [
      uniform,
      node("Less", "u tenth", "rare"),
      node("Cast", "rare", "flags", { to: 1 }),
      node("Mul", "flags second", "lifted"),
      node("Add", "lifted first", "y"),
    ];
    const weights = { tenth: floats([], 0.1), second: floats([3], [0, 2, 0]), first: floats([3], [1, 0, 0]) };
    const answers = await answersTo((await submitted(linear({ after: rare, weights }))).id, "clean");
    expect(new Set(answers).isSubsetOf(new Set([0, 1]))).toBe(true);
    expect(answers.filter((answer) => answer === 1).length).toBeLessThanOrEqual(3);
  });

  test("has no answer where no class comes in more than half of its draws", async () => {
    const answers = await answersTo(
      (await submitted(linear({ after: [uniform, node("Identity", "u", "y")] }))).id,
      "clean",
    );
    const undecided = answers.filter((answer) => answer === NO_MAJORITY).length;
    // Of five draws of three equal classes none comes three times in 37 % of cases.
    expect(undecided).toBeGreaterThan(n * 0.15);
    expect(undecided).toBeLessThan(n * 0.6);
  });

  test("meets other noise under another secret of the installation", async () => {
    await evaluator.end("SIGTERM");
    await site.startEvaluator({ variables: { GAUNTLET_SECRET: "2".repeat(64) } });
    const points = Array.from({ length: 50 }, (_, i) => i);
    const attack = await site.outcome(await part(points));
    const [before, after] = [await answersTo(defenseId, attackId), await answersTo(defenseId, attack.id)];
    expect(points.map((i) => after[i])).not.toEqual(points.map((i) => before[i]));
  });
});
