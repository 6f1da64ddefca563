import fc from "fast-check";
import { expect, test } from "vitest";
import { breaksOf, LEVELS, levelOf } from "#contest/standing.ts";

const thresholds = { weakened: 0.7, broken: 0.4, collapsed: 0.2 };

test.each([
  [1, "standing"],
  [0.7, "standing"],
  [0.699, "weakened"],
  [0.4, "weakened"],
  [0.399, "broken"],
  [0.2, "broken"],
  [0.199, "collapsed"],
  [0, "collapsed"],
])("robust accuracy %d is %s: a threshold is crossed below it, not on it", (robustAccuracy, level) =>
  expect(levelOf(robustAccuracy, thresholds)).toBe(level),
);

test.each([
  [100, 70, []],
  [100, 69, ["weakened"]],
  [100, 10, ["weakened", "broken", "collapsed"]],
  [69, 39, ["broken"]],
  [69, 0, ["broken", "collapsed"]],
  [10, 5, []],
])("a fall from %i to %i of 100 breaks %j", (before, after, breaks) =>
  expect(breaksOf(before, after, 100, thresholds)).toEqual(breaks),
);

test("however a defense falls, each threshold between its start and its end is crossed once, in order", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100), { minLength: 2, maxLength: 20 }), (accuracies) => {
      const falling = accuracies.toSorted((a, b) => b - a);
      const breaks = falling.slice(1).flatMap((after, i) => breaksOf(falling[i]!, after, 100, thresholds));
      const from = LEVELS.indexOf(levelOf(falling[0]! / 100, thresholds));
      const to = LEVELS.indexOf(levelOf(falling.at(-1)! / 100, thresholds));
      expect(breaks).toEqual(LEVELS.slice(from + 1, to + 1));
    }),
  );
});
