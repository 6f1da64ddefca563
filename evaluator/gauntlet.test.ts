import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { judgeRow } from "#contest/admissible.ts";
import { getBit } from "#contest/bits.ts";
import { arenaOf, ChallengeFile } from "#contest/challenge.ts";
import { curveOf, fallenWithin, standingAt } from "#contest/curve.ts";
import { Survey } from "#contest/gauntlet.ts";
import { NOT_ATTACKED } from "#contest/verdict.ts";
import { floats } from "#evaluator/points.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import { answersOf } from "#evaluator/testing/results.ts";
import { linear, linearWeights, SIZE, TINY, tinyPoints } from "#evaluator/testing/tiny.ts";
import { readArtifact } from "#store/artifacts.ts";

const { x, y, n } = tinyPoints();
let site: Installation | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

/** What the gauntlet left of a defense, without times. */
async function left(id: string) {
  const rows = await site!.db.evaluation.findMany({
    where: { defenseId: id, kind: "house" },
    orderBy: { subject: "asc" },
  });
  return rows.map(({ subject, bits, answers, seed, examplesSha }) => ({ subject, bits, answers, seed, examplesSha }));
}

/** Once the challenge's own attack is archived: the gauntlet starts from what is there. */
async function afterBaselines(): Promise<void> {
  for (const { id } of await site!.db.submission.findMany()) await site!.outcome(id, 120_000);
}

const submit = () => site!.submit("defense", { bytes: linear({ of: linearWeights(3) }), name: "Linear" });

test("a defense is scored after the quick tier and through the full one later; every example is admissible and was answered wrongly", {
  timeout: 240_000,
}, async () => {
  site = await openInstallation(TINY);
  const evaluator = await site.startEvaluator();
  const id = await submit();
  expect(await site.outcome(id, 120_000)).toMatchObject({ state: "scored" });
  const { tier, survey } = await site.db.defense.findUniqueOrThrow({ where: { id } });
  expect(["quick", "full"]).toContain(tier);
  expect(Survey.parse(survey)).toMatchObject({ variants: ["exact"], missing: [], places: [] });
  await site.gauntlets();
  const house = await site.db.evaluation.findMany({ where: { defenseId: id, kind: "house" } });
  expect(house.map(({ subject }) => subject.split("/")[0])).toEqual(expect.arrayContaining(["quick", "full"]));
  expect(house.reduce((sum, { taken }) => sum + taken, 0)).toBeGreaterThan(0);
  const arena = arenaOf(ChallengeFile.parse(site.challenge.config), n);
  for (const evaluation of house.filter(({ examplesSha }) => examplesSha !== null)) {
    const examples = floats(await readArtifact(evaluation.examplesSha!));
    const answers = answersOf(evaluation);
    const points = [...answers.keys()].filter((point) => answers[point] !== NOT_ATTACKED);
    expect(examples.length).toBe(points.length * SIZE);
    for (const [row, point] of points.entries()) {
      const example = examples.subarray(row * SIZE, (row + 1) * SIZE);
      expect(judgeRow(example, x.subarray(point * SIZE, (point + 1) * SIZE), arena)).toMatchObject({
        admissible: true,
      });
      expect(answers[point]).not.toBe(y[point]);
    }
  }
  await expectBeyond(id);
  expect(evaluator.running()).toBe(true);
});

/** The curve agrees with the standing inside the ball and goes on beyond it; a part of the holdout has been attacked. */
async function expectBeyond(id: string): Promise<void> {
  const include = { curve: true, beyond: true } as const;
  const { curve, beyond, standingBits, standing, clean } = await site!.db.defense.findUniqueOrThrow({
    where: { id },
    include,
  });
  expect(curve).toMatchObject({ attacked: clean, ended: null });
  const distances = floats(Buffer.from(curve!.distances));
  const { epsilon } = arenaOf(ChallengeFile.parse(site!.challenge.config), n);
  const known = fallenWithin(distances, (point) => getBit(standingBits!, point), epsilon);
  expect(standingAt(known, epsilon)).toBe(standing);
  expect(curveOf(known)[0]).toEqual({ epsilon: 0, standing: clean });
  // A linear model of three classes: every point has an example somewhere in the range.
  expect(standingAt(known, 1)).toBe(0);
  expect(beyond!.corruptions).toBeNull();
  expect(beyond!.holdoutN).toBeGreaterThan(0);
  expect(beyond!.holdoutStanding).toBeLessThan(beyond!.holdoutClean);
}

test("an evaluator killed at any moment of the gauntlet leaves what one that was left alone leaves, once", {
  timeout: 600_000,
}, async () => {
  const secret = "5".repeat(64);
  site = await openInstallation(TINY, { secret });
  await site.startEvaluator();
  await afterBaselines();
  const whole = await submit();
  await site.outcome(whole, 120_000);
  await site.gauntlets();
  const expected = await left(whole);
  await site.close();

  site = await openInstallation(TINY, { secret });
  let evaluator = await site.startEvaluator();
  await afterBaselines();
  const id = await submit();
  for (let kill = 0; kill < 5; kill++) {
    await sleep(800 + Math.random() * 2500);
    await evaluator.end("SIGKILL");
    evaluator = await site.startEvaluator();
  }
  await site.outcome(id, 120_000);
  await site.gauntlets();
  expect(await left(id)).toEqual(expected);
});
