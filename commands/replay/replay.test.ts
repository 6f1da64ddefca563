import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withSandbox } from "#commands/gauntlet/sandboxed.ts";
import { type Replayed, replayed } from "#commands/replay/corpus.ts";
import { CHANGELOG, cpuName, digestOf, movedSince, type Pinned, readPinned } from "#commands/replay/pinned.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";

/**
 * On another kind of CPU, float32 sums may differ in their last bits, and a verdict with them whose two best scores lie that close:
 * the share of verdicts that may be another there.
 */
const ELSEWHERE = 1 / 1000;

test("no verdict has moved: the evaluator answers the pinned corpus as it did", async () => {
  const pinned = readPinned();
  const now: Replayed[] = [];
  await withSandbox(async (context, signal) => {
    for await (const each of replayed(context, signal)) now.push(each);
  });
  const { lines, verdicts } = movedSince(pinned, now);
  if (pinned.cpu === cpuName()) expect(lines).toEqual([]);
  const bits = now.reduce((sum, each) => sum + 8 * Buffer.from(each.verdicts, "base64").length, 0);
  expect(verdicts, lines.join("\n")).toBeLessThanOrEqual(bits * ELSEWHERE);
}, 180_000);

test("CHANGELOG.md names the version of the evaluator and the verdicts that are pinned", () => {
  const changelog = readFileSync(CHANGELOG, "utf8");
  const pinned = readPinned();
  expect(changelog).toContain(`## Evaluator ${EVALUATOR_VERSION}`);
  expect(pinned.evaluator, "pinned by another version: npm run replay -- --pin").toBe(EVALUATOR_VERSION);
  expect(changelog, "pinned anew: say in CHANGELOG.md what moved, and why").toContain(digestOf(pinned));
});

test("what moves is said: a verdict, a canonical form, an evaluation that came or went", () => {
  const verdicts = (...bytes: number[]) => Buffer.from(bytes).toString("base64");
  const pinned: Pinned = {
    ...{ evaluator: "1", cpu: "a" },
    evaluations: [
      { evaluation: "same", model: "m", verdicts: verdicts(0b101) },
      { evaluation: "moved", model: "m", verdicts: verdicts(0b101, 0) },
      { evaluation: "gone", model: "m", verdicts: verdicts(1) },
    ],
  };
  const now = [
    { evaluation: "same", model: "m", verdicts: verdicts(0b101) },
    { evaluation: "moved", model: "n", verdicts: verdicts(0b100, 0b10) },
    { evaluation: "new", model: "m", verdicts: verdicts(1) },
  ];
  const moved = movedSince(pinned, now);
  expect(moved.verdicts).toBe(2);
  expect(moved.lines).toEqual([
    "moved: the model's canonical form has other bytes",
    "moved: 2 verdicts moved, at points 0, 9",
    "new: not among the pinned ones",
    "gone: was not evaluated",
  ]);
  expect(digestOf({ ...pinned, cpu: "b" })).toBe(digestOf(pinned));
  expect(digestOf({ ...pinned, evaluations: now })).not.toBe(digestOf(pinned));
});
