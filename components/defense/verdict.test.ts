import { expect, test } from "vitest";
import { verdictSentence } from "#components/defense/verdict.ts";

const receivedAt = new Date("2026-11-01T00:00:00Z");
const measured = { claim: 0.9, n: 1000, standing: 900, faced: 12, tier: "full" };
const defense = { ...measured, receivedAt, admittedAt: receivedAt, breaks: [] };
const now = new Date("2026-12-14T00:00:00Z");
const read = (text: string) => text.replaceAll("\u00a0", " ");

test("what nothing broke says for how long", () => {
  expect(read(verdictSentence(defense, now))).toBe(
    "Unbroken for 43 days: claims 90.0 %, keeps 90.0 % after 12 attacks and the full gauntlet.",
  );
  expect(read(verdictSentence({ ...defense, tier: "none" }, now))).toMatch(/ after 12 attacks\.$/);
});

test("what broke says what it claimed, what it kept and when it first fell", () => {
  const breaks = [
    { threshold: "weakened", at: new Date("2026-11-01T03:00:00Z") },
    { threshold: "broken", at: new Date("2026-11-09T00:00:00Z") },
  ];
  expect(read(verdictSentence({ ...defense, standing: 120, breaks }, now))).toBe(
    "Claimed 90.0 %, kept 12.0 %; weakened after 3 hours.",
  );
});

test("what was not measured says so instead of 0 %", () => {
  expect(read(verdictSentence({ ...defense, n: 0, standing: 0 }, now))).toBe("Claims 90.0 %; not measured yet.");
});
