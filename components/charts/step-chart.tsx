import { Frame } from "#components/charts/frame.tsx";
import { SIZE, type Step, stepGeometry } from "#components/charts/step-geometry.ts";

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
  const { path, marks, ticks, y } = stepGeometry(steps, until);
  const right = SIZE.width - SIZE.right;
  return (
    <Frame
      title={title}
      description={description}
      size={SIZE}
      y={y}
      ticks={ticks}
      tickY={SIZE.height - 8}
      narrowest="min-w-[34rem]"
    >
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
    </Frame>
  );
}
