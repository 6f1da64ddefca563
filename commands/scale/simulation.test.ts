import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { report } from "#commands/scale/report.ts";
import { DAY, live, type World } from "#commands/scale/simulation.ts";

const world: World = {
  ...{ perDay: 20_000, peak: 1, slots: 100, queueRate: 1e9 },
  ...{ serviceSeconds: 4, spread: 0.5, evaluations: 1, recordRate: 1e9 },
};

test("the same seed is the same day, another seed is another", () => {
  expect(live(world, 1)).toEqual(live(world, 1));
  expect(live(world, 2)).not.toEqual(live(world, 1));
});

test("where nothing is scarce nobody waits, and as many come as the day's mean says", () => {
  const day = live(world, 1);
  expect(Math.abs(day.submissions - 20_000)).toBeLessThan(5 * Math.sqrt(20_000));
  expect(day.slot.p999).toBe(0);
  expect(day.whole.p50).toBeCloseTo(4 * Math.exp(-0.125), 1);
});

test("one server in front of a steady stream makes it wait as Pollaczek and Khinchine say", () => {
  // M/D/1 at a load of 0.8: a mean wait of 0.8 / (2 * 0.2) = 2 services, and a median below it.
  const seconds = (0.8 * DAY) / 200_000;
  const { queue } = live({ ...world, perDay: 200_000, queueRate: 1 / seconds, slots: 1_000 }, 3);
  const waited = queue.p50 / seconds - 1;
  expect(waited).toBeGreaterThan(0.9);
  expect(waited).toBeLessThan(1.9);
});

test("one slot too few, and the rest of the day is not enough", () => {
  expect(live({ ...world, slots: 1 }, 1).left).toBeLessThan(100);
  expect(live({ ...world, slots: 1, serviceSeconds: 5 }, 1).left).toBeGreaterThan(1_000);
});

test("a database that records too slowly holds the slots until there are none", () => {
  const slow = live({ ...world, evaluations: 20, recordRate: 4.5 }, 1);
  expect(slow.record.p99).toBeGreaterThan(60);
  expect(slow.left).toBeGreaterThan(0);
});

test("what docs/scale.md says is what the simulation says", () => {
  expect(readFileSync("docs/scale.md", "utf8")).toContain(report(1));
});
