import { expect, test } from "vitest";
import { decodeAnswers, encodeAnswers, NO_ANSWER } from "#contest/query.ts";
import { answersFrom, type QuerySubject, queryKeys } from "#evaluator/queries/subject.ts";
import { preferredNodes } from "#store/evaluators.ts";

const arena = { norm: "Linf", epsilon: 0.1, range: [0, 1], grid: null, shape: [1, 1, 2], classes: 2, points: 9 };
const subject = {
  ...{
    id: "d",
    modelSha: "m",
    randomised: true,
    arena,
    size: 2,
    steps: null,
    rowBytes: 8,
    draws: 3,
    seed: "00",
    scores: true,
  },
} as QuerySubject;

test("a randomised model's answer is the majority of its draws, its scores their mean; NaN is no answer", () => {
  const draws = [
    [1, 0, 1, 0, 0, 4],
    [0, 1, 1, 0, Number.NaN, 0],
    [0, 1, 1, 0, 0, 1],
  ].flat();
  const { labels, scores } = answersFrom(subject, Float32Array.from(draws));
  expect([...labels]).toEqual([0, NO_ANSWER, 1]);
  expect(scores!.at(0)).toBeCloseTo(2 / 3);
  expect(scores!.at(1)).toBeCloseTo(4 / 3);
  expect(scores!.at(2)).toBeNaN();
});

test("asking the same input again draws the same noise, and no other input's, no point's", () => {
  const keys = Buffer.from(queryKeys(subject, new Uint8Array(Float32Array.of(0, 1, 1, 0, 0, 1).buffer)));
  const [first, second, third] = [0, 16, 32].map((at) => keys.subarray(at, at + 16).toString("hex"));
  expect(first).toBe(third);
  expect(first).not.toBe(second);
  expect(queryKeys({ ...subject, randomised: false }, new Uint8Array(24))).toHaveLength(0);
});

test("answers travel to the bit, with and without scores, and no other length is believed", () => {
  const labels = Int32Array.of(3, NO_ANSWER);
  const scores = Float32Array.of(1.5, Number.NaN, -0, 2);
  const both = encodeAnswers({ labels, scores });
  expect(decodeAnswers(Buffer.concat([Buffer.alloc(3), both]).subarray(3), 2, 2)).toEqual({ labels, scores });
  expect(decodeAnswers(encodeAnswers({ labels, scores: null }), 2, 2)).toEqual({ labels, scores: null });
  expect(() => decodeAnswers(both.subarray(1), 2, 2)).toThrow("another length");
});

test("a defense stays with its evaluator when another comes or goes, unless that one is its own", () => {
  const nodes = ["a", "b", "c", "d"].map((id) => ({ id, address: "" }));
  const defenses = Array.from({ length: 400 }, (_, i) => `defense-${i}`);
  const first = (among: typeof nodes) => defenses.map((id) => preferredNodes(among, id)[0]!.id);
  const [before, after] = [first(nodes), first(nodes.slice(1))];
  for (const [i, id] of before.entries()) if (id !== "a") expect(after[i]).toBe(id);
  for (const id of "abcd") expect(before.filter((own) => own === id).length).toBeGreaterThan(60);
});
