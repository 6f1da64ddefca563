import { breakingResult } from "#archive/outcome.ts";
import type { ArchiveRecord, ArchiveResult } from "#archive/record.ts";
import { kaplanMeier, type Lifetime, type LifetimeQuantile, medianLifetime } from "#contest/survival.ts";

/** The months that a date may mean, counted from year 0: one for "2018-02", twelve for "2018". */
export function monthsOf(date: string): { first: number; last: number } {
  const january = Number(date.slice(0, 4)) * 12;
  if (date.length === 4) return { first: january, last: january + 11 };
  const month = january + Number(date.slice(5)) - 1;
  return { first: month, last: month };
}

/** How to read a date that is only a year: as early as it may mean, its middle, as late as it may mean. */
export type Reading = "shortest" | "middle" | "longest";

/**
 * How long a published defense lasted, in months from its claim: to the result that broke it, or, where none did, to the
 * last time that anybody published a look at it (censored; 0 where nobody has). Attacks are often out before the venue
 * that a claim is dated by: those lasted 0 months. `reading` says how dates without a month are taken, for the shortest
 * or the longest life that they allow.
 */
export function lifetimeOf(record: ArchiveRecord, reading: Reading = "middle"): Lifetime {
  const end = breakingResult(record) ?? record.breaks.at(-1);
  if (!end) return { time: 0, ended: false };
  const from = monthsOf(record.claim.date);
  const to = monthsOf(end.date);
  const months = {
    shortest: to.first - from.last,
    middle: (to.first + to.last - from.first - from.last) / 2,
    longest: to.last - from.first,
  }[reading];
  return { time: Math.max(0, months), ended: record.status === "broken" };
}

/**
 * The results on a record that are dated before its claim, the middles of their dates compared: a claim is often dated
 * by a venue that comes after the preprint.
 */
export function predating({ claim, breaks }: ArchiveRecord): ArchiveResult[] {
  const middle = (date: string) => monthsOf(date).first + monthsOf(date).last;
  return breaks.filter(({ date }) => middle(date) < middle(claim.date));
}

/** The survival of published defenses, in months, and its median; `shortest` and `longest` bound what the dates leave open. */
export function survivalOf(records: readonly ArchiveRecord[]) {
  const curve = (reading: Reading) => kaplanMeier(records.map((record) => lifetimeOf(record, reading)));
  const middle = curve("middle");
  const median: LifetimeQuantile = medianLifetime(middle);
  return {
    curve: middle,
    median,
    shortest: medianLifetime(curve("shortest")).time,
    longest: medianLifetime(curve("longest")).time,
    /** Whose claim, or whose end, is dated by a year alone. */
    yearOnly: records.filter((record) => lifetimeOf(record, "shortest").time !== lifetimeOf(record, "longest").time)
      .length,
    /** Broken before the month of their claim was over. */
    atOnce: records.filter((record) => record.status === "broken" && lifetimeOf(record).time === 0).length,
  };
}
