import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Candidate, compareDefenses, isCopy, rankingReasons, UNRANKED } from "#contest/ranking.ts";

const entry = fc.record({
  standing: fc.nat(3),
  clean: fc.nat(3),
  receivedAt: fc.nat(3).map((day) => new Date(Date.UTC(2026, 10, 1 + day))),
});

test("defenses are ordered by standing, then clean, then earlier receipt, consistently", () => {
  fc.assert(
    fc.property(entry, entry, entry, (a, b, c) => {
      expect(Math.sign(compareDefenses(a, b))).toBe(0 - Math.sign(compareDefenses(b, a)));
      if (compareDefenses(a, b) <= 0 && compareDefenses(b, c) <= 0)
        expect(compareDefenses(a, c)).toBeLessThanOrEqual(0);
      const key = (e: typeof a) => e.standing * 1000 + e.clean * 100 - e.receivedAt.getUTCDate();
      expect(Math.sign(compareDefenses(a, b))).toBe(Math.sign(key(b) - key(a)));
    }),
  );
});

const candidate = (over: Partial<Candidate>): Candidate => ({
  ...{
    id: "a",
    personId: "ann",
    standing: 60,
    clean: 95,
    n: 100,
    tier: "full",
    gauntletFault: null,
    verified: true,
    chosen: false,
  },
  ...{ baseline: false, byOrganizer: false, withdrawn: false, disqualified: false, memorised: false },
  receivedAt: new Date("2026-11-02T00:00:00Z"),
  ...over,
});

const spoiled = {
  baseline: { baseline: true },
  organizer: { byOrganizer: true },
  withdrawn: { withdrawn: true },
  disqualified: { disqualified: true },
  unverified: { verified: false },
  gauntlet: { tier: "quick", gauntletFault: "crashed" },
  tier: { tier: "quick" },
  "clean-accuracy": { clean: 49 },
  memorised: { memorised: true },
} as const;

describe("a defense", () => {
  test.each(Object.entries(spoiled))("is not ranked for %s", (reason, over) => {
    expect(rankingReasons([candidate(over)], 0.5).get("a")).toBe(reason);
  });

  test("has the first of its reasons, in the order in which they are declared", () => {
    const reasons = Object.keys(spoiled) as (keyof typeof spoiled)[];
    expect([...reasons, "not-chosen"]).toEqual(Object.keys(UNRANKED));
    for (const [i, reason] of reasons.entries()) {
      const all = Object.assign({}, ...reasons.slice(i).map((r) => spoiled[r]));
      expect(rankingReasons([candidate(all)], 0.5).get("a")).toBe(reason);
    }
  });

  test("that just has the minimum clean accuracy is ranked", () =>
    expect(rankingReasons([candidate({ clean: 50 })], 0.5).get("a")).toBeNull());

  test("that its author chose is ranked before a better one, but not if it may not be ranked", () => {
    const better = candidate({ id: "better", standing: 90 });
    const chosen = candidate({ id: "chosen", chosen: true });
    expect(Object.fromEntries(rankingReasons([better, chosen], 0.5))).toEqual({ better: "not-chosen", chosen: null });
    const withdrawn = { ...chosen, withdrawn: true };
    expect(Object.fromEntries(rankingReasons([better, withdrawn], 0.5))).toEqual({ better: null, chosen: "withdrawn" });
  });
});

const anyCandidate = fc.record({
  ...{ personId: fc.constantFrom("ann", "bob", "cho"), standing: fc.nat(3), clean: fc.integer({ min: 48, max: 52 }) },
  ...{ withdrawn: fc.boolean(), chosen: fc.boolean(), baseline: fc.boolean(), memorised: fc.boolean() },
});

test("one defense a person is ranked, the chosen or else the best, whatever the order of the rows", () => {
  fc.assert(
    fc.property(fc.array(anyCandidate, { maxLength: 12 }), (overs) => {
      const all = overs.map((over, i) => candidate({ ...over, id: String(i), receivedAt: new Date(i) }));
      const reasons = rankingReasons(all, 0.5);
      expect(Object.fromEntries(rankingReasons(all.toReversed(), 0.5))).toEqual(Object.fromEntries(reasons));
      for (const personId of ["ann", "bob", "cho"]) {
        const may = all.filter((c) => c.personId === personId && [null, "not-chosen"].includes(reasons.get(c.id)!));
        const ranked = may.filter((c) => reasons.get(c.id) === null);
        const pool = may.some((c) => c.chosen) ? may.filter((c) => c.chosen) : may;
        expect(ranked).toEqual(pool.toSorted(compareDefenses).slice(0, 1));
      }
    }),
  );
});

test.each([
  [255, 2 / 255, true],
  [255, 3 / 255, false],
  [15, 2 / 15, true],
  [15, 3 / 15, false],
  [null, 2 / 255, true],
  [null, 3 / 255, false],
])("on the grid %s a row that is %d away everywhere is a copy: %s", (grid, by, copy) => {
  const earlier = Float32Array.from({ length: 9 }, (_, i) => i / 30);
  const near = earlier.map((value) => value + by);
  expect(isCopy(near, earlier, grid)).toBe(copy);
  expect(isCopy(near.with(4, 1), earlier, grid)).toBe(false);
});
