import { expect, test } from "vitest";
import { fooled, lossFor, marginOf, type Task, targetsOf } from "#evaluator/runner/attacks/attack.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { arenaOf } from "#evaluator/runner/attacks/testing/arenas.ts";

const task = (label: number, logits: number[]): Task => ({
  point: 0,
  clean: new Float32Array(36),
  label,
  cleanLogits: Float32Array.from(logits),
  arena: arenaOf("Linf", 255, { classes: logits.length }),
  random: streamOf("", "", 0),
  starts: [],
});

test.each([
  [0, [3, 1, 2], false, -1],
  [1, [3, 1, 2], true, 2],
  [0, [3, 3, 2], false, 0],
  [1, [3, 3, 2], true, 0],
  [0, [3, Number.NaN, 2], true, -1],
  [0, [Number.NaN, 1, 2], true, Number.POSITIVE_INFINITY],
  [0, [Number.POSITIVE_INFINITY, 1, 2], true, Number.NEGATIVE_INFINITY],
])(
  "label %i with scores %j: fooled %s, margin %d (ties go to the lowest class, no number is a wrong answer)",
  (label, scores, wrong, margin) => {
    const logits = Float32Array.from([9, 9, 9, ...scores]);
    expect(fooled(logits, task(label, scores), 1)).toBe(wrong);
    expect(marginOf(logits, task(label, scores), 1)).toBe(margin);
  },
);

test("targets are the other classes, the most likely first", () => {
  expect(targetsOf(task(2, [1, 5, 9, 3, 5]), 9)).toEqual([1, 4, 3, 0]);
  expect(targetsOf(task(2, [1, 5, 9, 3, 5]), 2)).toEqual([1, 4]);
});

test.each([
  ["dlr", 2, "margin"],
  ["dlr", 3, "dlr"],
  ["targeted-dlr", 3, "targeted-margin"],
  ["targeted-dlr", 4, "targeted-dlr"],
  ["cross-entropy", 2, "cross-entropy"],
] as const)("%s with %i classes is %s", (loss, classes, used) => expect(lossFor(loss, classes)).toBe(used));
