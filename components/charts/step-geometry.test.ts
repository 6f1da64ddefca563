import { expect, test } from "vitest";
import { SIZE, stepGeometry } from "#components/charts/step-geometry.ts";

const at = (hour: number) => new Date(Date.UTC(2026, 10, 1, hour));

test("a value holds until the next step, and the last one until the end", () => {
  const { path } = stepGeometry(
    [
      { at: at(0), value: 1 },
      { at: at(6), value: 0.5 },
    ],
    at(12),
  );
  const right = SIZE.width - SIZE.right;
  const bottom = SIZE.height - SIZE.bottom;
  const middle = (SIZE.left + right) / 2;
  const half = (SIZE.top + bottom) / 2;
  expect(path).toBe(
    `M${SIZE.left},${SIZE.top}L${middle},${SIZE.top}L${middle},${half}L${right},${half}L${right},${half}`,
  );
});

test("a single moment still has an axis inside the chart", () => {
  const { path, marks, ticks } = stepGeometry([{ at: at(0), value: 0.9 }], at(0));
  expect(path).not.toContain("NaN");
  expect(marks).toEqual([{ x: SIZE.left, y: expect.any(Number) }]);
  for (const { x } of ticks) expect(x).toBeLessThanOrEqual(SIZE.width - SIZE.right);
});

test("an axis tells 0 from 1 upwards", () => {
  const { y } = stepGeometry([{ at: at(0), value: 0 }], at(1));
  expect(y(1)).toBe(SIZE.top);
  expect(y(0)).toBe(SIZE.height - SIZE.bottom);
});

test.each([
  ["2026-11-23T14:00:00Z", "2026-11-23T14:02:00Z", /^14:0\d:\d\d$/],
  ["2026-11-23T14:00:00Z", "2026-11-23T20:00:00Z", /^\d\d:00$/],
  ["2026-11-01T00:00:00Z", "2026-11-23T00:00:00Z", /^2026-11-\d\d$/],
  ["2020-01-01T00:00:00Z", "2026-11-23T00:00:00Z", /^20\d\d-01$/],
])("times from %s to %s are written in UTC, twenty-four hours a day", (from, until, expected) => {
  const { ticks } = stepGeometry([{ at: new Date(from), value: 1 }], new Date(until));
  expect(ticks.length).toBeGreaterThan(1);
  for (const { text } of ticks) expect(text).toMatch(expected);
});
