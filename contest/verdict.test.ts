import fc from "fast-check";
import { expect, test } from "vitest";
import { getBit, onesOf, popcount } from "#contest/bits.ts";
import { answerOf, INVALID_OUTPUT, judge, majority, NO_MAJORITY, NOT_ATTACKED } from "#contest/verdict.ts";

test.each([
  [[1, 3, 2], 1],
  [[2, 3, 3], 1],
  [[3, 3, 3], 0],
  [[-1, -2, -3], 0],
  [[0, -0, 0], 0],
  [[Number.NaN, 1, 2], INVALID_OUTPUT],
  [[9, 1, Number.NaN], INVALID_OUTPUT],
  [[0, Number.POSITIVE_INFINITY, 0], INVALID_OUTPUT],
  [[Number.NEGATIVE_INFINITY, 1, 0], INVALID_OUTPUT],
])("the answer of %j is %i: largest, ties to the lowest index, none unless all are finite", (logits, answer) => {
  const padded = Float32Array.from([7, 8, 9, ...logits, 7, 8, 9]);
  expect(answerOf(padded, 3, 1)).toBe(answer);
});

test.each([
  [[2], 2],
  [[1, 2, 1], 1],
  [[1, 1, 2, 2, 3], NO_MAJORITY],
  [[1, 1, 2, 2], NO_MAJORITY],
  [[INVALID_OUTPUT, INVALID_OUTPUT, 1], INVALID_OUTPUT],
  [[INVALID_OUTPUT, 1, 1], 1],
])("the majority of %j is %i: more than half, or none", (answers, expected) =>
  expect(majority(Uint16Array.from(answers))).toBe(expected),
);

const CLASSES = 4;
const answer = fc.oneof(fc.nat(CLASSES - 1), fc.constantFrom(INVALID_OUTPUT, NOT_ATTACKED));
const evaluation = fc.array(fc.record({ label: fc.nat(CLASSES - 1), answer, clean: fc.boolean() }), { maxLength: 40 });

test("a point's bit is 0 exactly where it was attacked and not answered rightly", () => {
  fc.assert(
    fc.property(evaluation, (points) => {
      const answers = Uint16Array.from(points, (p) => p.answer);
      const labels = Uint16Array.from(points, (p) => p.label);
      const judged = judge(answers, labels, (i) => points[i]!.clean);
      points.forEach((p, i) => {
        expect(getBit(judged.bits, i)).toBe(p.answer === NOT_ATTACKED || p.answer === p.label);
      });
      const attacked = points.filter((p) => p.answer !== NOT_ATTACKED);
      expect(judged.attacked).toBe(attacked.filter((p) => p.clean).length);
      expect(judged.broken).toBe(attacked.filter((p) => p.clean && p.answer !== p.label).length);
      expect(judged.invalid).toBe(points.filter((p) => p.answer === INVALID_OUTPUT).length);
    }),
  );
});

test("on the clean points every row counts", () => {
  const judged = judge(Uint16Array.of(0, 1, INVALID_OUTPUT), Uint16Array.of(0, 2, 1));
  expect(judged).toMatchObject({ attacked: 3, broken: 2, invalid: 1 });
  expect(onesOf(judged.bits)).toEqual([0]);
  expect(popcount(judged.bits)).toBe(1);
});
