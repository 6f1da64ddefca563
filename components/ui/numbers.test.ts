import { describe, expect, test } from "vitest";
import { durationName } from "#components/ui/duration.ts";
import { bytes, countOf, percent } from "#components/ui/numbers.ts";

describe("percent", () => {
  test.each([
    [0.873, "87.3 %"],
    [0.5, "50.0 %"],
    [0, "0 %"],
    [1, "100 %"],
    [0.9999, "99.9 %"],
    [0.0001, "0.1 %"],
  ])("%d is %s: only nothing is 0 and only everything is 100", (fraction, text) => {
    expect(percent(fraction).replace("\u00a0", " ")).toBe(text);
  });

  test("whole percents have no decimals", () => {
    expect(percent(0.87, 0)).toBe("87\u00a0%");
  });
});

test.each([
  [0, "0 seconds"],
  [61_000, "1 minute"],
  [3 * 3600e3, "3 hours"],
  [43 * 86400e3, "43 days"],
  [99.9 * 86400e3, "99 days"],
  [200 * 86400e3, "6 months"],
  [800 * 86400e3, "2 years"],
  [-5, "0 seconds"],
])("%d ms is %s", (milliseconds, text) => {
  expect(durationName(milliseconds)).toBe(text);
});

test("counts agree with their noun, bytes with their unit", () => {
  expect([countOf(1, "attack"), countOf(1200, "attack")]).toEqual(["1 attack", "1,200 attacks"]);
  expect([bytes(512), bytes(1536), bytes(3 * 2 ** 20)]).toEqual(["512 B", "1.5 KiB", "3.0 MiB"]);
});
