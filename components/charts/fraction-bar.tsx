/** A fraction in [0,1] as a filled part of a line; the number always stands beside it, so it says nothing aloud. */
export function FractionBar({ of, colour = "var(--color-broken)" }: { of: number; colour?: string }) {
  return (
    <svg viewBox="0 0 120 14" width="120" height="14" aria-hidden="true">
      <line x1="1" x2="119" y1="7" y2="7" stroke="var(--color-line)" />
      <rect x="1" y="4" width={118 * of} height="6" fill={colour} />
    </svg>
  );
}
