import { useId } from "react";
import { SIZE, type Step, stepGeometry } from "#components/charts/step-geometry.ts";
import { percent } from "#components/ui/numbers.ts";

interface Props {
  title: string;
  description: string;
  steps: readonly Step[];
  until: Date;
  claim: number;
  thresholds: { name: string; value: number }[];
}

/** Robust accuracy over time, drawn on the server; the claim is a dashed line, thresholds are thin ones. */
export function StepChart({ title, description, steps, until, claim, thresholds }: Props) {
  const id = useId();
  const { path, marks, ticks, y } = stepGeometry(steps, until);
  const right = SIZE.width - SIZE.right;
  return (
    <svg
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      className="h-auto w-full min-w-[34rem] max-w-[52rem]"
      role="img"
      aria-labelledby={`${id}t ${id}d`}
      fontSize="11"
      fill="var(--color-quiet)"
    >
      <title id={`${id}t`}>{title}</title>
      <desc id={`${id}d`}>{description}</desc>
      {[0, 0.25, 0.5, 0.75, 1].map((value) => (
        <g key={value}>
          <line x1={SIZE.left} x2={right} y1={y(value)} y2={y(value)} stroke="var(--color-line)" />
          <text x={SIZE.left - 8} y={y(value) + 4} textAnchor="end">
            {percent(value, 0)}
          </text>
        </g>
      ))}
      {thresholds.map(({ name, value }) => (
        <g key={name}>
          <line
            x1={SIZE.left}
            x2={right}
            y1={y(value)}
            y2={y(value)}
            stroke={`var(--color-${name})`}
            strokeDasharray="1 3"
          />
          <text x={right + 5} y={y(value) + 4} fill={`var(--color-${name})`}>
            {name}
          </text>
        </g>
      ))}
      <line x1={SIZE.left} x2={right} y1={y(claim)} y2={y(claim)} stroke="var(--color-accent)" strokeDasharray="6 4" />
      <text x={right - 4} y={y(claim) - 5} textAnchor="end" fill="var(--color-accent)">
        claim
      </text>
      {ticks.map(({ x, text }) => (
        <text key={x} x={x} y={SIZE.height - 8} textAnchor="middle">
          {text}
        </text>
      ))}
      <path d={path} fill="none" stroke="var(--color-ink)" strokeWidth="2" />
      {marks.map(({ x, y }) => (
        <circle
          key={`${x},${y}`}
          cx={x}
          cy={y}
          r="2.5"
          fill="var(--color-paper)"
          stroke="var(--color-ink)"
          strokeWidth="1.5"
        />
      ))}
    </svg>
  );
}
