import { expect, test } from "vitest";
import { cascadeFlags, Flag } from "#contest/flags.ts";
import type { HouseAttack } from "#contest/gauntlet.ts";
import type { Task } from "#evaluator/runner/attacks/attack.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import type { Check, Patient } from "#evaluator/runner/checks/check.ts";
import { runChecks } from "#evaluator/runner/checks/run.ts";
import { softmaxOutput } from "#evaluator/runner/checks/softmax-output.ts";
import { zeroGradients } from "#evaluator/runner/checks/zero-gradients.ts";

const SIZE = 4;
const COUNT = 20;

/** `flat` of the inputs have no gradient; batches of 3. */
function patientOf(given: Partial<Patient> & { flat?: number; logits?: number[] } = {}): Patient {
  const { flat = 0, logits = [3, -1, 0.5], ...rest } = given;
  const arena = { norm: "Linf", epsilon: 0.1, range: [0, 1], grid: null, shape: [1, 2, 2], classes: 3 } as const;
  let asked = 0;
  const task = (point: number): Task => ({
    ...{ point, label: 0, starts: [], clean: new Float32Array(SIZE).fill(0.5), random: streamOf("00", "check", point) },
    cleanLogits: Float32Array.from(logits),
    arena,
  });
  return {
    survey: { variants: ["exact"], reason: "", missing: [], places: [], stops: [], headCut: [], randomOps: 0 },
    arena,
    standing: () => [],
    binarised: async () => null,
    tasks: () => Array.from({ length: COUNT }, (_, point) => task(point)),
    oracle: async () => ({
      batch: 3,
      scores: async () => new Float32Array(),
      async gradients(_x, rows) {
        const gradient = new Float32Array(3 * SIZE);
        for (let row = 0; row < rows; row++) if (asked++ % COUNT >= flat) gradient[row * SIZE + 1] = 1e-30;
        return { logits: new Float32Array(), loss: new Float32Array(), gradient };
      },
    }),
    ...rest,
  };
}

const raised: [what: string, check: Check, given: Parameters<typeof patientOf>[0]][] = [
  ["two inputs in twenty without a gradient", zeroGradients, { flat: 2 }],
  ["probabilities", softmaxOutput, { logits: [0.7, 0.3, 0] }],
];

test.each(raised)("%s raise a flag whose evidence can be sent", async (_what, check, given) => {
  const evidence = await check.run(patientOf(given));
  expect(Flag.safeParse({ id: check.id, evidence }).success).toBe(true);
});

const silent: [what: string, check: Check, given: Parameters<typeof patientOf>[0]][] = [
  ["the smallest gradients", zeroGradients, { flat: 0 }],
  ["scores that add up to 1 beyond the range of probabilities", softmaxOutput, { logits: [2, -1, 0] }],
  ["scores between 0 and 1 that add up to more", softmaxOutput, { logits: [0.7, 0.3, 0.2] }],
];

test.each(silent)("%s raise none", async (_what, check, given) => {
  expect(await check.run(patientOf(given))).toBeNull();
});

test("a check that throws is told as one that did not finish, and the others are run", async () => {
  const throws: Check = { ...zeroGradients, run: () => Promise.reject(new Error("no session")) };
  const flags: Flag[] = [];
  await runChecks(patientOf({ logits: [1, 0, 0] }), "full", (flag) => flags.push(flag), [throws, softmaxOutput]);
  expect(flags.map(({ id, check }) => [id, check])).toEqual([
    ["check-not-finished", "zero-gradients"],
    ["softmax-output", undefined],
  ]);
});

const cascades: [what: string, stages: [HouseAttack, number][], flags: string[]][] = [
  [
    "Square after the last gradient",
    [
      ["apgd-ce", 0],
      ["square", 2],
    ],
    ["black-box-beats-white-box"],
  ],
  [
    "noise after the last gradient",
    [
      ["apgd-ce", 0],
      ["noise", 2],
    ],
    ["noise-beats-gradients"],
  ],
  [
    "one point alone",
    [
      ["apgd-ce", 0],
      ["square", 1],
    ],
    [],
  ],
  [
    "what fell before the gradients",
    [
      ["transfer", 9],
      ["apgd-ce", 1],
    ],
    [],
  ],
  ["a model without a gradient", [["square", 9]], []],
];

test.each(cascades)("of a cascade: %s", (_what, stages, flags) => {
  const given = stages.map(([attack, taken]) => ({ attack, taken }));
  expect(cascadeFlags(given, 20).map(({ id }) => id)).toEqual(flags);
});
