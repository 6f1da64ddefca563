import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lifetimeOf, monthsOf, survivalOf } from "#archive/lifetime.ts";
import { breakingResult, claimedAccuracy, lowestResult } from "#archive/outcome.ts";
import { papers } from "#archive/papers.ts";
import { ArchiveFile } from "#archive/record.ts";
import { recordOf, records } from "#archive/records.ts";

const file = JSON.parse(readFileSync(join(import.meta.dirname, "defenses.json"), "utf8"));

test("the door lets the whole file through and changes nothing in it", () => {
  expect(records).toEqual(file);
  expect(records).toHaveLength(154);
  expect(records.flatMap(({ breaks }) => breaks)).toHaveLength(341);
});

test.each([
  ["an unknown field", { surprise: 1 }],
  ["an id that is an address of the archive itself", { id: "results" }],
  ["an id twice", { id: "magnet" }],
  ["an unknown status", { status: "fine" }],
  ["a thirteenth month", { claim: { ...file[0].claim, date: "2016-13" } }],
  ["more than all", { claim: { ...file[0].claim, value: 101 } }],
  ["an arXiv id that is an address", { paper: { ...file[0].paper, arxiv: "https://arxiv.org/abs/1511.04508" } }],
])("the door refuses %s", (_name, change) => {
  expect(ArchiveFile.safeParse([{ ...file[0], ...change }, ...file.slice(1)]).success).toBe(false);
});

test("results come in order of time, as every page shows them", () => {
  for (const { id, breaks } of records)
    expect(
      breaks.map(({ date }) => date),
      id,
    ).toEqual(breaks.map(({ date }) => date).sort());
});

test("every status that figures decide is what the README's rule says, but for those set by hand", () => {
  const byHand = /^meansparse|^(sodef|soblock|anti-adversary|aid-purifier|hedge-defense)$/;
  for (const record of records) {
    const claimed = claimedAccuracy(record);
    const lowest = lowestResult(record)?.resultingRobustAccuracy ?? null;
    if (claimed === null || lowest === null || byHand.test(record.id)) continue;
    const rule =
      lowest <= claimed / 2 || lowest < 10 ? "broken" : lowest <= 0.8 * claimed ? "partially broken" : "standing";
    if (record.claim.metric === "robust accuracy") expect(record.status, record.id).toBe(rule);
  }
});

test("a claim of an attack's success is turned round, and a rate of detection is no accuracy", () => {
  expect(claimedAccuracy(recordOf("defensive-distillation")!)).toBe(99.55);
  expect(claimedAccuracy(recordOf("gong-binary-detector")!)).toBeNull();
  expect(claimedAccuracy(recordOf("blacklight")!)).toBeNull();
  expect(claimedAccuracy(recordOf("randomized-smoothing")!)).toBe(49);
});

test("what broke a defense is the first result that says so, not the first result", () => {
  const distillation = breakingResult(recordOf("defensive-distillation")!)!;
  expect(distillation).toMatchObject({ arxiv: "1608.04644", resultingRobustAccuracy: 3.6 });
  expect(breakingResult(recordOf("grosse-mmd-test")!)).toMatchObject({ arxiv: "1705.07263" });
  expect(breakingResult(recordOf("randomized-smoothing")!)).toBeNull();
  for (const record of records)
    if (record.status === "broken") expect(breakingResult(record), record.id).not.toBeNull();
});

test("a month is a month, a year may be any of twelve", () => {
  expect(monthsOf("2018-02")).toEqual({ first: 24217, last: 24217 });
  expect(monthsOf("2018")).toEqual({ first: 24216, last: 24227 });
});

test("lives are counted from the claim, never below zero, and dates without a month bound them", () => {
  expect(lifetimeOf(recordOf("defensive-distillation")!)).toEqual({ time: 3, ended: true });
  // Claimed 2017, broken 2017-05: any time from at once to four months.
  const grosse = recordOf("grosse-mmd-test")!;
  expect([lifetimeOf(grosse, "shortest").time, lifetimeOf(grosse).time, lifetimeOf(grosse, "longest").time]).toEqual([
    0, 0, 4,
  ]);
  expect(lifetimeOf(recordOf("abs-analysis-by-synthesis")!)).toEqual({ time: 0, ended: false });
  for (const record of records) {
    const [least, middle, most] = [lifetimeOf(record, "shortest"), lifetimeOf(record), lifetimeOf(record, "longest")];
    expect(least.time <= middle.time && middle.time <= most.time, record.id).toBe(true);
  }
});

test("the survival of the whole archive counts every record once", () => {
  const { curve } = survivalOf(records);
  expect(curve[0]!.atRisk).toBe(154);
  expect(curve.reduce((sum, { ended }) => sum + ended, 0)).toBe(72);
});

test("every result belongs to one paper, and papers do not share an address", () => {
  expect(papers.reduce((sum, { results }) => sum + results.length, 0)).toBe(341);
  expect(new Set(papers.map(({ id }) => id)).size).toBe(papers.length);
  expect(papers[0]).toMatchObject({ id: "2003.01690", arxiv: "2003.01690" });
  for (const { id } of papers) expect(id).toMatch(/^[a-z0-9.-]+$/);
});
