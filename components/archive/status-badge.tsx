import type { Status } from "#archive/record.ts";

// The shape says it to whoever cannot see the colour: a whole ring, one with a gap, a broken cross.
const shapes: Record<Status, string> = {
  standing: "M8 2.5a5.5 5.5 0 1 0 .01 0z",
  "partially broken": "M8 2.5a5.5 5.5 0 1 0 5.5 5.5",
  broken: "M3 3l10 10M13 3 3 13",
};
const colours: Record<Status, string> = {
  standing: "text-standing",
  "partially broken": "text-weakened",
  broken: "text-broken",
};

/** What became of a published defense, as a word, a shape and a colour. */
export function StatusBadge({ status }: { status: Status }) {
  return (
    <span className={`inline-flex items-center gap-1.5 whitespace-nowrap font-medium ${colours[status]}`}>
      <svg viewBox="0 0 16 16" width="11" height="11" aria-hidden="true">
        <path d={shapes[status]} fill="none" stroke="currentColor" strokeWidth="2.5" />
      </svg>
      {status}
    </span>
  );
}
