import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AttackForm,
  attemptsLeft,
  DefenseForm,
  FREE_REJECTIONS_PER_DAY,
  type SpentAttempt,
} from "#contest/submission.ts";

const HOUR = 3_600_000;
const NOW = new Date("2026-11-02T12:00:00Z");
const ago = (hours: number, outcome: SpentAttempt["outcome"] = "spent"): SpentAttempt => ({
  receivedAt: new Date(NOW.getTime() - hours * HOUR),
  outcome,
});

describe("attempts", () => {
  test("come back 24 hours after they were spent, the oldest first", () => {
    const earlier = [ago(1), ago(23), ago(25)];
    expect(attemptsLeft(earlier, 3, NOW)).toEqual({ left: 1, nextAt: null });
    expect(attemptsLeft(earlier, 2, NOW)).toEqual({ left: 0, nextAt: new Date(NOW.getTime() + HOUR) });
    expect(attemptsLeft(earlier, 1, NOW)).toEqual({ left: 0, nextAt: new Date(NOW.getTime() + 23 * HOUR) });
    expect(attemptsLeft([ago(24)], 1, NOW).left).toBe(1);
  });

  test("pending submissions hold one, faults of ours give it back", () => {
    expect(attemptsLeft([ago(1, "pending"), ago(2, "refunded")], 2, NOW).left).toBe(1);
  });

  test("what the gate rejects is free, up to the day's limit", () => {
    const rejected = Array.from({ length: FREE_REJECTIONS_PER_DAY }, (_, i) => ago(i + 1, "free-rejection"));
    expect(attemptsLeft(rejected, 1, NOW).left).toBe(1);
    const oneMore = [...rejected, ago(0.5, "free-rejection")];
    // The oldest leaves the day in 4 hours; the 21st is then free.
    expect(attemptsLeft(oneMore, 1, NOW)).toEqual({ left: 0, nextAt: new Date(NOW.getTime() + 4 * HOUR) });
  });

  const minute = 60_000;
  const history = fc.array(
    fc.record({
      minutes: fc.integer({ min: 0, max: 1500 }),
      outcome: fc.constantFrom<SpentAttempt["outcome"]>(
        "spent",
        "free-rejection",
        "free-rejection",
        "pending",
        "refunded",
      ),
    }),
    { maxLength: 60 },
  );

  test("agree with counting minute by minute, and come back in the first minute that has one", () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 8 }), (past, perDay) => {
        const earlier = past.map(({ minutes, outcome }) => ago(minutes / 60, outcome));
        const spentIn = (later: number) => {
          const day = past.filter(({ minutes }) => minutes + later < 1440).map(({ outcome }) => outcome);
          const rejected = day.filter((outcome) => outcome === "free-rejection").length;
          const ran = day.filter((outcome) => outcome === "spent" || outcome === "pending").length;
          return ran + Math.max(0, rejected - FREE_REJECTIONS_PER_DAY);
        };
        const { left, nextAt } = attemptsLeft(earlier, perDay, NOW);
        expect(left).toBe(Math.max(0, perDay - spentIn(0)));
        let later = 0;
        while (spentIn(later) >= perDay) later++;
        expect(nextAt).toEqual(left > 0 ? null : new Date(NOW.getTime() + later * minute));
      }),
    );
  });
});

describe("forms", () => {
  const defense = { name: "Net", claim: "0.85", licence: "MIT", paper: "", code: "", description: "" };

  test("fields arrive as text; blank ones are not given", () => {
    expect(DefenseForm.parse(defense)).toEqual({ name: "Net", claim: 0.85, licence: "MIT", description: "" });
    expect(AttackForm.parse({ name: "PGD", target: "", queries: "1000" })).toEqual({
      ...{ name: "PGD", queries: 1000, description: "" },
    });
    expect(AttackForm.parse({ name: "PGD", queries: " " }).queries).toBeUndefined();
  });

  test("a stored form is the form again", () => {
    const stored = JSON.parse(JSON.stringify(DefenseForm.parse(defense)));
    expect(DefenseForm.parse(stored)).toEqual(DefenseForm.parse(defense));
  });

  test.each(["", " ", "85", "85%", "-0.1", "NaN", "Infinity"])(
    "the claim %j is refused, with what was expected",
    (claim) => {
      const [issue] = DefenseForm.safeParse({ ...defense, claim }).error!.issues;
      expect(issue!.path).toEqual(["claim"]);
    },
  );

  test.each([{ name: "" }, { licence: " " }, { paper: "javascript:alert(1)" }, { description: "x".repeat(20_001) }])(
    "a defense with %j is refused",
    (field) => expect(DefenseForm.safeParse({ ...defense, ...field }).success).toBe(false),
  );

  test.each(["-1", "1.5", "2e12", "many"])("%s queries are refused", (queries) =>
    expect(AttackForm.safeParse({ name: "PGD", queries }).success).toBe(false),
  );
});
