const day = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" });
const minute = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** A moment in UTC, to the minute unless `dateOnly`; the reader's own time comes with the pointer (LocalTimes). */
export function Time({ at, dateOnly = false }: { at: Date; dateOnly?: boolean }) {
  return (
    <time dateTime={at.toISOString()} className="whitespace-nowrap">
      {dateOnly ? day.format(at) : `${minute.format(at)} UTC`}
    </time>
  );
}
