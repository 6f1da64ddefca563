import { z } from "zod";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The parameter `?at=`: a moment from `beginning` until now as which a page is to be shown, null where nobody asked. A
 * date stands for its end in UTC, today's for now; `began` says what happened at the beginning.
 */
export function momentSince(beginning: Date, began: string) {
  const range = `from ${beginning.toISOString().slice(0, 19)}Z, when ${began}, until now`;
  return z
    .union([z.iso.date(), z.iso.datetime({ offset: true })])
    .transform((text) => (DAY.test(text) ? endOf(text) : new Date(text)))
    .refine((at) => at >= beginning && at.getTime() <= Date.now())
    .nullable()
    .default(null)
    .describe(`a date (2026-11-01) or an instant (2026-11-01T12:00:00Z) ${range}`);
}

/** The day (UTC) of a moment, as what is kept by the day names it: 2026-11-01. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}

function endOf(day: string): Date {
  const now = new Date();
  return now.toISOString().startsWith(day) ? now : new Date(`${day}T23:59:59.999Z`);
}
