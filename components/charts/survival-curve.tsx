import { scaleLinear } from "d3-scale";
import { area, curveStepAfter, line } from "d3-shape";
import { Frame } from "#components/charts/frame.tsx";
import { SameAsTable } from "#components/charts/same-as-table.tsx";
import { count, percent } from "#components/ui/numbers.ts";
import { Scroller } from "#components/ui/scroller.tsx";
import { lifeTable, type SurvivalStep } from "#contest/survival.ts";

interface Props {
  title: string;
  /** What the curve shows, in a sentence or two, for who cannot see it. */
  description: string;
  curve: readonly SurvivalStep[];
  /** What the times count, in the plural: "days". */
  unit: string;
}

const SIZE = { width: 640, height: 260, top: 12, right: 16, bottom: 40, left: 44 };
const RIGHT = SIZE.width - SIZE.right;
const BOTTOM = SIZE.height - SIZE.bottom;

/**
 * A Kaplan-Meier curve drawn on the server, with its 95 % interval as a band and a tick wherever something was last seen
 * standing; the same as a table. Draws nothing for an empty curve.
 */
export function SurvivalCurve({ title, description, curve, unit }: Props) {
  if (curve.length === 0) return null;
  return (
    <figure className="space-y-2">
      <Scroller label={title}>
        <Drawing title={title} description={description} curve={curve} unit={unit} />
      </Scroller>
      <Steps title={title} curve={curve} unit={unit} />
    </figure>
  );
}

function Drawing({ title, description, curve, unit }: Props) {
  const end = Math.max(curve.at(-1)!.time, Number.MIN_VALUE);
  const x = scaleLinear([0, end], [SIZE.left, RIGHT]);
  const y = scaleLinear([0, 1], [BOTTOM, SIZE.top]);
  const steps = [{ time: 0, survival: 1, low: 1, high: 1 }, ...curve];
  const across = (step: { time: number }) => round(x(step.time));
  const path = line<{ time: number; survival: number }>(across, ({ survival }) => round(y(survival)));
  const band = area<{ time: number; low: number | null; high: number | null }>(
    across,
    ({ low }) => round(y(low ?? 0)),
    ({ high }) => round(y(high ?? 0)),
  ).defined(({ low }) => low !== null);
  return (
    <Frame
      title={title}
      description={description}
      size={SIZE}
      y={(value) => y(value)}
      ticks={x.ticks(6).map((tick) => ({ x: round(x(tick)), text: String(tick) }))}
      tickY={BOTTOM + 16}
      unit={unit}
      narrowest="min-w-[30rem]"
    >
      <path d={band.curve(curveStepAfter)(steps)!} fill="var(--color-strong)" opacity="0.25" />
      <path d={path.curve(curveStepAfter)(steps)!} fill="none" stroke="var(--color-ink)" strokeWidth="2" />
      <path
        d={curve
          .filter(({ censored }) => censored > 0)
          .map(({ time, survival }) => `M${round(x(time))} ${round(y(survival) - 4)}v8`)
          .join("")}
        stroke="var(--color-ink)"
      />
    </Frame>
  );
}

/** A curve of more steps is told in this many rows at most. */
const MOST_ROWS = 80;

function Steps({ title, curve, unit }: Pick<Props, "title" | "curve" | "unit">) {
  const rows = lifeTable(curve, MOST_ROWS);
  const figures = ["At risk", "Ended", "Last seen standing", "Surviving", "95 % interval"];
  return (
    <SameAsTable
      caption={rows.length < curve.length ? `${title}, several ${unit} a row, each up to the one that is named` : title}
      heads={[unit[0]!.toUpperCase() + unit.slice(1), ...figures]}
      figures={figures}
      rows={rows.map(({ time, atRisk, ended, censored, survival, low, high }) => ({
        key: time,
        cells: [
          +time.toPrecision(4),
          ...[count(atRisk), count(ended), count(censored), percent(survival)],
          low === null || high === null ? "none" : `${percent(low)} to ${percent(high)}`,
        ],
      }))}
    />
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
