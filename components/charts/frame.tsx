import { type ReactNode, useId } from "react";
import { percent } from "#components/ui/numbers.ts";

interface Props {
  title: string;
  /** What the chart shows, in a sentence or two, for who cannot see it. */
  description: string;
  size: { width: number; height: number; left: number; right: number };
  /** Where a fraction lies on the vertical axis, from 0 to 1. */
  y: (value: number) => number;
  /** Marks of the horizontal axis, and where their text stands. */
  ticks: readonly { x: number; text: string }[];
  tickY: number;
  /** What the horizontal axis counts; nothing where its marks say so themselves. */
  unit?: string;
  /** The narrowest that the chart may be drawn. */
  narrowest: string;
  /** Something in it can be followed; otherwise it is one picture to a screen reader. */
  linked?: boolean;
  children: ReactNode;
}

/** What all charts of fractions share: a name, a description, an axis from 0 to 100 % with its lines, and marks below. */
export function Frame(props: Props) {
  const { title, description, size, y, ticks, tickY, unit, narrowest, linked = false, children } = props;
  const id = useId();
  const right = size.width - size.right;
  return (
    <svg
      viewBox={`0 0 ${size.width} ${size.height}`}
      className={`h-auto w-full max-w-[52rem] ${narrowest}`}
      role={linked ? "group" : "img"}
      aria-labelledby={`${id}t ${id}d`}
      fontSize="11"
      fill="var(--color-quiet)"
    >
      <title id={`${id}t`}>{title}</title>
      <desc id={`${id}d`}>{description}</desc>
      {[0, 0.25, 0.5, 0.75, 1].map((value) => (
        <g key={value}>
          <line x1={size.left} x2={right} y1={y(value)} y2={y(value)} stroke="var(--color-line)" />
          <text x={size.left - 8} y={y(value) + 4} textAnchor="end">
            {percent(value, 0)}
          </text>
        </g>
      ))}
      {children}
      {ticks.map(({ x, text }) => (
        <text key={x} x={x} y={tickY} textAnchor="middle">
          {text}
        </text>
      ))}
      {unit !== undefined && (
        <text x={(size.left + right) / 2} y={size.height - 6} textAnchor="middle">
          {unit}
        </text>
      )}
    </svg>
  );
}
