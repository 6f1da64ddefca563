import { percent } from "#components/ui/numbers.ts";

interface Props {
  value: number;
  low: number;
  high: number;
  /** The author's claim, drawn as a tick. */
  claim?: number;
}

const WIDTH = 120;
const HEIGHT = 14;

/** An accuracy with its interval on an axis from 0 to 100 %, the same in every row so that rows compare. */
export function IntervalBar({ value, low, high, claim }: Props) {
  // Hundredths of a pixel: a board has hundreds of these numbers, each twice in its page.
  const x = (fraction: number) => Math.round(100 + fraction * (WIDTH - 2) * 100) / 100;
  const title = `${percent(value)}, 95 % interval ${percent(low)} to ${percent(high)}${claim === undefined ? "" : `, claimed ${percent(claim)}`}`;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={title}>
      <title>{title}</title>
      <line x1={x(0)} x2={x(1)} y1={HEIGHT / 2} y2={HEIGHT / 2} stroke="var(--color-line)" />
      <rect
        x={x(low)}
        y={3}
        width={Math.max(1, Math.round((x(high) - x(low)) * 100) / 100)}
        height={HEIGHT - 6}
        fill="var(--color-strong)"
        opacity={0.45}
      />
      {claim !== undefined && (
        <line x1={x(claim)} x2={x(claim)} y1={1} y2={HEIGHT - 1} stroke="var(--color-accent)" strokeDasharray="2 1.5" />
      )}
      <line x1={x(value)} x2={x(value)} y1={1} y2={HEIGHT - 1} stroke="var(--color-ink)" strokeWidth={2} />
    </svg>
  );
}
