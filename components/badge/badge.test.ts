import { expect, test } from "vitest";
import { badgeSvg, type Tone } from "#components/badge/badge-svg.ts";
import { defenseBadge, personBadge } from "#components/badge/badge-words.ts";

const DAY = 86_400_000;
const admittedAt = new Date(Date.UTC(2026, 10, 1));
const now = new Date(admittedAt.getTime() + 43 * DAY);
const defense = { name: "Thick skin", n: 100, standing: 61, level: "standing" as const, unranked: null, admittedAt };
const said = (badge: { value: string; tone: string }) => `${badge.tone}: ${badge.value.replaceAll("\u00a0", " ")}`;

test("a badge says what stands and for how long, or how long it stood", () => {
  expect(said(defenseBadge({ ...defense, fellAt: null }, now))).toBe("standing: 61.0 % robust, standing 43 days");
  const fallen = {
    ...defense,
    standing: 20,
    level: "broken" as const,
    fellAt: new Date(admittedAt.getTime() + 3 * 3_600_000),
  };
  expect(said(defenseBadge(fallen, now))).toBe("broken: 20.0 % robust, broken after 3 hours");
  expect(said(defenseBadge({ ...fallen, fellAt: null }, now))).toBe("broken: 20.0 % robust, broken from the start");
  expect(said(defenseBadge({ ...defense, n: 0, fellAt: null }, now))).toBe("neutral: not measured yet");
});

test.each([
  ["memorised", "memorised"],
  ["disqualified", "disqualified"],
  ["withdrawn", "withdrawn"],
  ["tier", "full gauntlet pending"],
])("a defense that is not ranked because of %s does not boast of standing", (unranked, words) => {
  expect(said(defenseBadge({ ...defense, unranked, fellAt: null }, now))).toBe(`neutral: 61.0 % robust, ${words}`);
});

test("a baseline and a defense of which its author ranks another stand like others", () => {
  for (const unranked of ["baseline", "not-chosen"])
    expect(defenseBadge({ ...defense, unranked, fellAt: null }, now).tone).toBe("standing");
});

test("a person's badge counts breaks and defenses, of which there are some", () => {
  const person = (breaks: number, defenses: number, standing: number) =>
    said(personBadge({ name: "Ada", breaks, defenses, standing }));
  expect(person(1, 0, 0)).toBe("standing: 1 break");
  expect(person(3, 2, 1)).toBe("standing: 3 breaks, 1 of 2 defenses standing");
  expect(person(0, 0, 0)).toBe("neutral: no results yet");
});

test("its title is escaped, and white on each of its grounds can be read", () => {
  const luminance = (colour: string) => {
    const [r, g, b] = colour.match(/[0-9a-f]{2}/g)!.map((part) => {
      const c = Number.parseInt(part, 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  for (const tone of ["standing", "weakened", "broken", "collapsed", "neutral"] satisfies Tone[]) {
    const svg = badgeSvg({ value: "x", tone, title: '</title><script>"' });
    expect(svg).toContain("&lt;/title&gt;&lt;script&gt;&quot;");
    const grounds = [...svg.matchAll(/fill="#([0-9a-f]{6})"/g)].map(([, colour]) => colour!);
    expect(grounds).toHaveLength(2);
    for (const ground of grounds) expect(1.05 / (luminance(ground) + 0.05)).toBeGreaterThanOrEqual(4.5);
  }
});
