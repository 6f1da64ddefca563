import fc from "fast-check";
import { expect, test } from "vitest";
import { kaplanMeier, type Lifetime, lifeTable, medianLifetime, survivalAt } from "#contest/survival.ts";

const lifetimes = (text: string): Lifetime[] =>
  text.split(" ").map((word) => ({ time: Number.parseFloat(word), ended: !word.endsWith("+") }));

// Weeks of remission of leukaemia, + = still in remission: Freireich et al., Blood 21, 1963, as in Cox, Regression
// models and life-tables, 1972, table 1.
const treated = lifetimes("6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+");
const placebo = lifetimes("1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23");

// Survival and Greenwood's standard error: Klein and Moeschberger, Survival Analysis, 2003, table 4.1A.
test.each([
  [6, 21, 3, 0.857, 0.076],
  [7, 17, 1, 0.807, 0.087],
  [10, 15, 1, 0.753, 0.096],
  [13, 12, 1, 0.69, 0.107],
  [16, 11, 1, 0.627, 0.114],
  [22, 7, 1, 0.538, 0.128],
  [23, 6, 1, 0.448, 0.135],
])(
  "the treated at week %i: %i at risk, %i end, and the textbook's estimate",
  (time, atRisk, ended, survival, error) => {
    const step = kaplanMeier(treated).find((each) => each.time === time)!;
    expect(step).toMatchObject({ atRisk, ended });
    expect(step.survival).toBeCloseTo(survival, 3);
    expect(step.error).toBeCloseTo(error, 3);
  },
);

// Written down from memory as what R's survfit(conf.type = "log-log") gives for these data; not yet run beside it.
test.each([
  [6, 0.6197, 0.9516],
  [13, 0.4316, 0.8491],
  [23, 0.188, 0.6801],
])("the log-log interval of the treated at week %i is that of the statistics packages", (time, low, high) => {
  const step = kaplanMeier(treated).find((each) => each.time === time)!;
  expect(step.low).toBeCloseTo(low, 3);
  expect(step.high).toBeCloseTo(high, 3);
});

test("the medians are the textbook's, and the treated's has no upper end", () => {
  expect(medianLifetime(kaplanMeier(treated))).toEqual({ time: 23, low: 13, high: null });
  expect(medianLifetime(kaplanMeier(placebo))).toEqual({ time: 8, low: 4, high: 11 });
});

test("a curve ends at exactly 0 with no interval when all have ended, and is empty without lifetimes", () => {
  expect(kaplanMeier(placebo).at(-1)).toMatchObject({ time: 23, survival: 0, error: 0, low: null, high: null });
  expect(kaplanMeier([])).toEqual([]);
  expect(medianLifetime([])).toEqual({ time: null, low: null, high: null });
});

test("a life table has no more rows than asked for, loses nobody, and ends where the curve does", () => {
  const lives = fc.array(fc.record({ time: fc.nat(1000), ended: fc.boolean() }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(lives, fc.integer({ min: 1, max: 100 }), (lifetimes, most) => {
      const curve = kaplanMeier(lifetimes);
      const table = lifeTable(curve, most);
      expect(table.length).toBeLessThanOrEqual(most);
      expect(table.at(-1)!.survival).toBe(curve.at(-1)!.survival);
      let atRisk = lifetimes.length;
      for (const row of table) {
        expect(row.atRisk).toBe(atRisk);
        expect(row.survival).toBe(survivalAt(curve, row.time));
        atRisk -= row.ended + row.censored;
      }
      expect(atRisk).toBe(0);
    }),
  );
  const curve = kaplanMeier(treated);
  expect(lifeTable(curve, curve.length)).toBe(curve);
});

test("those who are last seen when another ends still count as at risk then", () => {
  const [step] = kaplanMeier(lifetimes("5 5+"));
  expect(step).toMatchObject({ atRisk: 2, ended: 1, censored: 1, survival: 0.5 });
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses a lifetime of %d", (time) => {
  expect(() => kaplanMeier([{ time, ended: true }])).toThrow(RangeError);
});

const any = fc.array(fc.record({ time: fc.integer({ min: 0, max: 40 }), ended: fc.boolean() }), { maxLength: 60 });

test("a curve only falls, inside [0,1] and its own interval, and forgets nobody", () => {
  fc.assert(
    fc.property(any, (given) => {
      const curve = kaplanMeier(given);
      let before = 1;
      for (const { time, survival, low, high } of curve) {
        expect(survival).toBeLessThanOrEqual(before);
        expect(survivalAt(curve, time)).toBe(survival);
        before = survival;
        if (low === null || high === null) expect(survival).toBe(0);
        else {
          expect(0 <= low && low <= survival && survival <= high && high <= 1).toBe(true);
        }
      }
      expect(curve.reduce((sum, step) => sum + step.ended + step.censored, 0)).toBe(given.length);
    }),
  );
});

test("without censoring the curve is the fraction that is left", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 60 }), (times) => {
      for (const { time, survival } of kaplanMeier(times.map((time) => ({ time, ended: true }))))
        expect(survival).toBeCloseTo(times.filter((each) => each > time).length / times.length, 12);
    }),
  );
});

test("another unit of time, and another order, change nothing but the times", () => {
  fc.assert(
    fc.property(any, (given) => {
      const doubled = kaplanMeier(given.map(({ time, ended }) => ({ time: 2 * time, ended })).toReversed());
      expect(doubled).toEqual(kaplanMeier(given).map((step) => ({ ...step, time: 2 * step.time })));
    }),
  );
});
