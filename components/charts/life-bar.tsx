import { scaleUtc } from "d3-scale";

interface Props {
  /** The axis, which all bars of a table share. */
  from: Date;
  to: Date;
  entered: Date;
  /** Null where it stood at the end of the axis. */
  ended: Date | null;
}

const WIDTH = 180;

/** How long something stood, as a bar that ends in a cross or goes on to an arrow; the times stand beside it, so it says nothing aloud. */
export function LifeBar({ from, to, entered, ended }: Props) {
  const x = scaleUtc([from, to], [1, WIDTH - 9]).clamp(true);
  const [left, right] = [x(entered), x(ended ?? to)];
  const round = (value: number) => Math.round(value * 10) / 10;
  return (
    <svg viewBox={`0 0 ${WIDTH} 14`} width={WIDTH} height="14" aria-hidden="true">
      <line x1="1" x2={WIDTH - 9} y1="7" y2="7" stroke="var(--color-line)" />
      <rect
        x={round(left)}
        y="4"
        width={Math.max(1, round(right - left))}
        height="6"
        fill={ended ? "var(--color-broken)" : "var(--color-standing)"}
      />
      {ended ? (
        <path d={`M${round(right - 3)} 3l6 8m0 -8l-6 8`} stroke="var(--color-ink)" strokeWidth="1.5" />
      ) : (
        <path d={`M${round(right)} 2.5l7 4.5l-7 4.5z`} fill="var(--color-standing)" />
      )}
    </svg>
  );
}
