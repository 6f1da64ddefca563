import { Frame } from "#components/charts/frame.tsx";
import { LevelLine } from "#components/charts/level-line.tsx";
import { SIZE, type Step, stepGeometry } from "#components/charts/step-geometry.ts";

interface Props {
  title: string;
  description: string;
  steps: readonly Step[];
  until: Date;
  claim?: number;
  thresholds: { name: string; value: number }[];
  /** When attacks took nothing. */
  quiet?: readonly Date[];
}

/**
 * Robust accuracy over time, drawn on the server: the claim is a dashed line, thresholds are thin ones. What took
 * something is a mark that leads to it, what took nothing a faint tick at the bottom: surviving is information.
 */
export function StepChart({ title, description, steps, until, claim, thresholds, quiet }: Props) {
  const { path, marks, ticks, y, ...geometry } = stepGeometry(steps, until, quiet);
  const across = { x1: SIZE.left, x2: SIZE.width - SIZE.right };
  return (
    <Frame
      title={title}
      description={description}
      size={SIZE}
      y={y}
      ticks={ticks}
      tickY={SIZE.height - 8}
      narrowest="min-w-[34rem]"
      linked={steps.some(({ by }) => by !== undefined)}
    >
      {thresholds.map(({ name, value }) => (
        <LevelLine key={name} {...across} y={y(value)} colour={`var(--color-${name})`} dashes="1 3" text={name} />
      ))}
      {claim !== undefined && (
        <LevelLine {...across} y={y(claim)} colour="var(--color-accent)" dashes="6 4" text="claim" place="above" />
      )}
      <path d={path} fill="none" stroke="var(--color-ink)" strokeWidth="2" />
      <path
        d={geometry.quiet.map((x) => `M${x} ${y(0)}v-7`).join("")}
        stroke="var(--color-quiet)"
        strokeWidth="1"
        opacity="0.6"
      />
      <path d={marks.map(({ x, y, by }) => (by === undefined ? circle(x, y) : "")).join("")} {...MARK} />
      {marks.map(
        ({ x, y, by }) =>
          by !== undefined && (
            <a key={`${x},${y} ${by.href}`} href={by.href} aria-label={by.name}>
              <title>{by.name}</title>
              <circle cx={x} cy={y} r="9" fill="transparent" />
              <path d={circle(x, y)} {...MARK} />
            </a>
          ),
      )}
    </Frame>
  );
}

const MARK = { fill: "var(--color-paper)", stroke: "var(--color-ink)", strokeWidth: "1.5" };
const circle = (x: number, y: number) => `M${x - 2.5} ${y}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0`;
