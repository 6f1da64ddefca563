const UNITS: [name: string, seconds: number][] = [
  ["year", 365.25 * 86_400],
  ["month", 30.44 * 86_400],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/**
 * A span of time in its largest fitting unit, rounded down: "43 days", "3 hours", "0 seconds". Days go up to 99, so
 * that "unbroken for 43 days" stays exact; months and years after that.
 */
export function durationName(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds / 1000);
  const fits = ([name, size]: [string, number]) => (name === "month" ? seconds >= 100 * 86_400 : seconds >= size);
  const [name, size] = UNITS.find(fits) ?? UNITS.at(-1)!;
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
