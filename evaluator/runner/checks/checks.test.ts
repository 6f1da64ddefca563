import { expect, test } from "vitest";
import { Flag } from "#contest/flags.ts";
import type { HouseAttack, Stage } from "#contest/gauntlet.ts";
import type { Task } from "#evaluator/runner/attacks/attack.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { blackBox } from "#evaluator/runner/checks/black-box.ts";
import type { Check, Patient } from "#evaluator/runner/checks/check.ts";
import { runChecks } from "#evaluator/runner/checks/run.ts";
import { softmaxOutput } from "#evaluator/runner/checks/softmax-output.ts";
import { zeroGradients } from "#evaluator/runner/checks/zero-gradients.ts";

const SIZE = 4;
const COUNT = 20;
const ORDINARY = { randomOps: 0, trees: false, linear: false, flat: false, moves: true };

/** `flat` of the inputs have no gradient; batches of 3. */
function patientOf(given: Partial<Patient> & { flat?: number; logits?: number[] } = {}): Patient {
  const { flat = 0, logits = [3, -1, 0.5], ...rest } = given;
  let asked = 0;
  const task = (point: number): Task => ({
    ...{ point, label: 0, starts: [], clean: new Float32Array(SIZE).fill(0.5), random: streamOf("00", "check", point) },
    cleanLogits: Float32Array.from(logits),
    arena: { norm: "Linf", epsilon: 0.1, range: [0, 1], grid: null, shape: [1, 2, 2], classes: 3 },
  });
  return {
    ...{ tier: "full", points: COUNT, stages: [] },
    survey: { variants: ["exact"], reason: "", missing: [], places: [], stops: [], headCut: [], ...ORDINARY },
    tasks: () => Array.from({ length: COUNT }, (_, point) => task(point)),
    oracle: async () => ({
      batch: 3,
      scores: async () => new Float32Array(),
      verdicts: async () => new Float32Array(),
      async gradients(_x, rows) {
        const gradient = new Float32Array(3 * SIZE);
        for (let row = 0; row < rows; row++) if (asked++ % COUNT >= flat) gradient[row * SIZE + 1] = 1e-30;
        return { logits: new Float32Array(), loss: new Float32Array(), gradient };
      },
    }),
    ...rest,
  };
}

function stages(...list: [HouseAttack, number][]): Patient["stages"] {
  return list.map(([attack, found]) => {
    const stage: Stage = { id: `full/${attack}`, attack, variant: "exact", iterations: 1, targets: 0 };
    return { stage, attacked: COUNT, found };
  });
}

const raised: [what: string, check: Check, given: Parameters<typeof patientOf>[0]][] = [
  ["one input in twenty without a gradient", zeroGradients, { flat: 1 }],
  ["probabilities", softmaxOutput, { logits: [0.7, 0.3, 0] }],
  ["Square after APGD-CE", blackBox, { stages: stages(["apgd-ce", 0], ["square", 2]) }],
];

test.each(raised)("%s raise a flag whose evidence can be sent", async (_what, check, given) => {
  const evidence = await check.run(patientOf(given));
  expect(Flag.safeParse({ id: check.id, evidence }).success).toBe(true);
});

const silent: [what: string, check: Check, given: Parameters<typeof patientOf>[0]][] = [
  ["the smallest gradients", zeroGradients, { flat: 0 }],
  ["scores that add up to 1 beyond the range of probabilities", softmaxOutput, { logits: [2, -1, 0] }],
  ["scores between 0 and 1 that add up to more", softmaxOutput, { logits: [0.7, 0.3, 0.2] }],
  ["one point alone", blackBox, { stages: stages(["apgd-ce", 0], ["square", 1]) }],
  ["what a black-box attack took before the gradients", blackBox, { stages: stages(["transfer", 9], ["apgd-ce", 1]) }],
  ["black-box attacks where there is no gradient", blackBox, { stages: stages(["square", 9]) }],
  ["the quick tier", blackBox, { tier: "quick", stages: stages(["apgd-ce", 0], ["square", 9]) }],
];

test.each(silent)("%s raise none", async (_what, check, given) => {
  expect(await check.run(patientOf(given))).toBeNull();
});

test("a check that throws does not keep the others from being run", async () => {
  const throws: Check = { id: "zero-gradients", run: () => Promise.reject(new Error("no session")) };
  const flags = await runChecks(patientOf({ logits: [1, 0, 0] }), [throws, softmaxOutput]);
  expect(flags.map(({ id }) => id)).toEqual(["softmax-output"]);
});
