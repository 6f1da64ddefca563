import { expect, test } from "vitest";
import { FLAG_RULES } from "#contest/flag-rules.ts";
import {
  cascadeFlags,
  describeFlag,
  FLAG_IDS,
  Flag,
  flaggedWords,
  flagOf,
  isRaised,
  memorisedFlag,
} from "#contest/flags.ts";
import type { HouseAttack } from "#contest/gauntlet.ts";

const CASCADES: [what: string, stages: [HouseAttack, number][], flags: string[]][] = [
  [
    "Square after the last gradient",
    [
      ["apgd-ce", 0],
      ["square", 3],
    ],
    ["black-box-beats-white-box"],
  ],
  [
    "noise after the last gradient",
    [
      ["apgd-ce", 0],
      ["noise", 3],
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

test.each(CASCADES)("of a cascade: %s", (_what, stages, flags) => {
  const given = stages.map(([attack, taken]) => ({ attack, taken }));
  expect(cascadeFlags(given, 20).map(({ id }) => id)).toEqual(flags);
});

test("a model that stands on the points and falls on the holdout has memorised them; one that falls on both alike has not", () => {
  expect(memorisedFlag({ standing: 900, n: 1000 }, { standing: 20, n: 200 })).toMatchObject({ id: "memorised" });
  expect(memorisedFlag({ standing: 700, n: 1000 }, { standing: 131, n: 200 })).toBeNull();
  expect(memorisedFlag({ standing: 700, n: 1000 }, { standing: 110, n: 200 }, 0.15)).toBeNull();
});

test.each(FLAG_IDS)("%s says its numbers in words, and takes no others", (id) => {
  const evidence = Object.fromEntries(FLAG_RULES[id].evidence.map((name) => [name, 7]));
  const flag = Flag.parse({ id, evidence });
  expect(describeFlag(flag).sentence).not.toMatch(/undefined|NaN/);
  expect(flagOf({ flag: id, evidence })).toEqual(flag);
  expect(Flag.safeParse({ id, evidence: { ...evidence, more: 1 } }).success).toBe(false);
  expect(typeof isRaised(flag)).toBe("boolean");
});

test("a record of another kind of flag is none", () => {
  expect(flagOf({ flag: "dishonest-report", lie: "no survey" })).toBeNull();
});

test("a record says which flag was raised, or why it was disqualified", () => {
  expect(flaggedWords({ flag: "softmax-output", evidence: { inputs: 2, probabilities: 2 } })).toEqual({
    ...{ id: "softmax-output", words: "Probabilities as output" },
  });
  expect(flaggedWords({ flag: "dishonest-report", lie: "no survey" })).toEqual({
    ...{ id: null, words: "its process gave a report that cannot be true" },
  });
});
