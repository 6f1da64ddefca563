import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allOnes, setBit } from "#contest/bits.ts";
import { DOZEN, dozen, type GalleryCase, openPoints } from "#data/gallery-rule.ts";

const now = new Date("2026-11-23T12:00:00Z");
const points = Uint32Array.from({ length: 100 }, (_, i) => i * 2);
const stranger: GalleryCase = {
  points,
  examplesSha: "ab".repeat(32),
  revealsAt: new Date("2027-01-01T00:00:00Z"),
  now,
  trusted: false,
  againstViewer: false,
  viewersDefenses: [],
};

/** Bits of a defense that answers everything rightly but `wrong`. */
function bitsWithout(...wrong: number[]): Uint8Array {
  const bits = allOnes(200);
  for (const point of wrong) setBit(bits, point, false);
  return bits;
}

describe("before the reveal date", () => {
  test("a stranger sees a dozen, whatever the attack", () => {
    const attack = fc.record({
      points: fc.uniqueArray(fc.nat(5000), { maxLength: 60 }).map((list) => Uint32Array.from(list).sort()),
      examplesSha: fc.stringMatching(/^[0-9a-f]{64}$/),
    });
    fc.assert(
      fc.property(attack, (given) => {
        const { points: open } = openPoints({ ...stranger, ...given });
        expect(open).toHaveLength(Math.min(DOZEN, given.points.length));
        expect([...given.points]).toEqual(expect.arrayContaining(open));
      }),
    );
  });

  test("the dozen stays the same when more time or more defenses have come", () => {
    const later = openPoints({ ...stranger, now: new Date("2026-12-31T23:59:59Z") });
    expect(later.points).toEqual(openPoints(stranger).points);
    expect(later.all).toBe(false);
  });

  test("other examples give another dozen", () => {
    expect(dozen(points, "cd".repeat(32)).sort()).not.toEqual(dozen(points, stranger.examplesSha).sort());
  });

  test("the author of a defense sees those that broke it, and no more", () => {
    const broke = [...points].filter((point) => !openPoints(stranger).points.includes(point)).slice(0, 3);
    const mine = { clean: allOnes(200), bits: bitsWithout(...broke) };
    const { points: open } = openPoints({ ...stranger, viewersDefenses: [mine] });
    expect(open).toEqual([...openPoints(stranger).points, ...broke].sort((a, b) => a - b));
  });

  test("a defense that is wrong about the clean input opens nothing", () => {
    const wrong = bitsWithout(...points);
    const { points: open } = openPoints({ ...stranger, viewersDefenses: [{ clean: wrong, bits: wrong }] });
    expect(open).toEqual(openPoints(stranger).points);
  });

  test("without a reveal date the others stay closed", () => {
    expect(openPoints({ ...stranger, revealsAt: null }).points).toHaveLength(DOZEN);
  });
});

test.each([
  ["the attack's author or an organizer", { trusted: true }],
  ["the author of the defense that it was made for", { againstViewer: true }],
  ["anybody from the reveal date on", { now: new Date("2027-01-01T00:00:00Z") }],
])("%s sees every example", (_, change) => {
  expect(openPoints({ ...stranger, ...change })).toEqual({ all: true, points: [...points] });
});
