import { scaleLinear } from "d3-scale";
import { curveStepAfter, line } from "d3-shape";
import { Frame } from "#components/charts/frame.tsx";
import { SameAsTable } from "#components/charts/same-as-table.tsx";
import { percent } from "#components/ui/numbers.ts";
import { Scroller } from "#components/ui/scroller.tsx";

interface Step {
  epsilon: number;
  standing: number;
}

interface Props {
  title: string;
  /** From radius 0, ascending, not empty; `n` points in all. */
  steps: readonly Step[];
  n: number;
  /** The challenge's own radius. */
  epsilon: number;
}

const SIZE = { width: 640, height: 260, top: 12, right: 16, bottom: 40, left: 44 };
const RIGHT = SIZE.width - SIZE.right;
const BOTTOM = SIZE.height - SIZE.bottom;
/** Lines of the table; the curve itself has a step for each point. */
const LINES = 12;

/** Robust accuracy over the radius, drawn on the server, to twice the challenge's own radius; the same as a table. */
export function RadiusCurve({ title, steps, n, epsilon }: Props) {
  const at = (radius: number) => (steps.findLast((step) => step.epsilon <= radius * (1 + 1e-6))?.standing ?? n) / n;
  const x = scaleLinear([0, 2 * epsilon], [SIZE.left, RIGHT]);
  const y = scaleLinear([0, 1], [BOTTOM, SIZE.top]);
  const shown = steps.filter((step) => step.epsilon <= 2 * epsilon);
  const path = line<Step>(
    (step) => round(x(step.epsilon)),
    (step) => round(y(step.standing / n)),
  ).curve(curveStepAfter);
  const radii = Array.from({ length: LINES + 1 }, (_, i) => (2 * epsilon * i) / LINES);
  return (
    <figure className="space-y-2">
      <Scroller label={title}>
        <Frame
          title={title}
          description={`It starts at ${percent(at(0))}, stands at ${percent(at(epsilon))} at the challenge's radius and at ${percent(at(2 * epsilon))} at twice that.`}
          size={SIZE}
          y={(value) => y(value)}
          ticks={x.ticks(6).map((tick) => ({ x: round(x(tick)), text: String(tick) }))}
          tickY={BOTTOM + 16}
          unit="radius"
          narrowest="min-w-[30rem]"
        >
          <line
            x1={x(epsilon)}
            x2={x(epsilon)}
            y1={SIZE.top}
            y2={BOTTOM}
            stroke="var(--color-accent)"
            strokeDasharray="6 4"
          />
          <path
            d={path([...shown, { epsilon: 2 * epsilon, standing: at(2 * epsilon) * n }])!}
            fill="none"
            stroke="var(--color-ink)"
            strokeWidth="2"
          />
        </Frame>
      </Scroller>
      <SameAsTable
        caption={title}
        heads={["Radius", "Robust accuracy"]}
        figures={["Robust accuracy"]}
        rows={radii.map((radius) => ({ key: radius, cells: [+radius.toPrecision(4), percent(at(radius))] }))}
      />
    </figure>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
