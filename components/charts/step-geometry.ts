import { scaleLinear, scaleUtc } from "d3-scale";
import { curveStepAfter, line } from "d3-shape";

export const SIZE = { width: 640, height: 240, top: 12, right: 60, bottom: 28, left: 44 };

export interface Step {
  at: Date;
  /** Robust accuracy from then on, a fraction. */
  value: number;
  /** What brought it there, and where that is told. */
  by?: { name: string; href: string } | undefined;
}

/**
 * Where everything of a step chart lies, in the units of SIZE: a line that keeps each value until the next step and
 * the last until `until`, on an axis from 0 to 1. `steps` is not empty and in order of time. `quiet` are moments at which
 * nothing changed; what lies on one another is drawn once.
 */
export function stepGeometry(steps: readonly Step[], until: Date, quiet: readonly Date[] = []) {
  const first = steps[0]!.at;
  // All at one moment would have no scale: one minute stands for it.
  const end = new Date(Math.max(until.getTime(), steps.at(-1)!.at.getTime(), first.getTime() + 60_000));
  const x = scaleUtc([first, end], [SIZE.left, SIZE.width - SIZE.right]);
  const y = scaleLinear([0, 1], [SIZE.height - SIZE.bottom, SIZE.top]);
  const path = line<Step>(
    (step) => round(x(step.at)),
    (step) => round(y(step.value)),
  ).curve(curveStepAfter);
  const format = tickFormat(end.getTime() - first.getTime());
  return {
    path: path([...steps, { at: end, value: steps.at(-1)!.value }])!,
    marks: steps.map(({ at, value, by }) => ({ x: round(x(at)), y: round(y(value)), by })),
    quiet: [...new Set(quiet.map((at) => round(x(at))))],
    ticks: x.ticks(5).map((tick) => ({ x: round(x(tick)), text: format(tick) })),
    y: (value: number) => round(y(value)),
  };
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Twenty-four hours and UTC, as times are everywhere on the site; d3's own format would say 02:47 in the afternoon. */
function tickFormat(span: number): (at: Date) => string {
  if (span < 5 * MINUTE) return (at) => at.toISOString().slice(11, 19);
  if (span < 2 * DAY) return (at) => at.toISOString().slice(11, 16);
  return (at) => at.toISOString().slice(0, span < 700 * DAY ? 10 : 7);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
