import { judgeRow } from "#contest/admissible.ts";
import type { Ball } from "#evaluator/runner/attacks/attack.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";

/**
 * The admissible input nearest to `x`, or near it: projected into ball and range, then put on the grid where there is
 * one. Rounding goes to the nearest step, or, where `towards` gives a gradient, to the next step in the direction that
 * raises the loss; what then lies outside the ball is rounded back towards the clean value, the worst value first.
 * `x` is left as it is. `arena.epsilon` may be another radius than the challenge's.
 */
export function quantise(x: Float32Array, clean: Float32Array, arena: Ball, towards?: Float32Array): Float32Array {
  const row = new Float32Array(x);
  project(row, clean, arena);
  if (arena.grid !== null) toGrid(row, clean, arena, arena.grid, towards);
  else pullInside(row, clean, arena);
  return row;
}

/** float32 may have rounded outwards, beyond the judge's slack where values are large: shrinks the change a hair. */
function pullInside(row: Float32Array, clean: Float32Array, arena: Ball): void {
  for (let hair = 2 ** -23; hair <= 1 && !judgeRow(row, clean, arena).admissible; hair *= 2)
    for (let i = 0; i < row.length; i++) row[i] = clean[i]! + (row[i]! - clean[i]!) * (1 - hair);
}

/** A value this close to a step, in steps, is meant to be on it. */
const NEAR = 1e-3;

function toGrid(row: Float32Array, clean: Float32Array, arena: Ball, grid: number, towards?: Float32Array): void {
  const low = Math.round(arena.range[0] * grid);
  const high = Math.round(arena.range[1] * grid);
  const exact = inSteps(row, grid);
  for (let i = 0; i < exact.length; i++) exact[i] = Math.min(Math.max(exact[i]!, low), high);
  for (let i = 0; i < row.length; i++) {
    const nearest = Math.round(exact[i]!);
    const slope = towards?.[i] ?? 0;
    const raised = slope > 0 ? Math.ceil(exact[i]!) : Math.floor(exact[i]!);
    row[i] = (slope === 0 || Math.abs(exact[i]! - nearest) < NEAR ? nearest : raised) / grid;
  }
  if (judgeRow(row, clean, arena).admissible) return;
  roundBack(row, clean, arena, grid, exact);
}

/**
 * What was rounded away from the clean value goes one step back, the worst rounded first and no more than needed (found
 * by bisection). With all of them back no value has moved further than before it was rounded, so that is inside.
 */
function roundBack(row: Float32Array, clean: Float32Array, arena: Ball, grid: number, exact: Float64Array): void {
  const start = inSteps(clean, grid);
  const steps = inSteps(row, grid);
  for (let i = 0; i < steps.length; i++) {
    start[i] = Math.round(start[i]!);
    steps[i] = Math.round(steps[i]!) - start[i]!;
  }
  const outwards = steps.map((count, i) => Math.abs(count) - Math.abs(exact[i]! - start[i]!));
  const order = Array.from(outwards.keys()).filter((i) => outwards[i]! > 0);
  order.sort((a, b) => outwards[b]! - outwards[a]! || a - b);
  const admissible = (count: number): boolean => {
    for (let k = 0; k < order.length; k++) {
      const i = order[k]!;
      row[i] = (start[i]! + steps[i]! - (k < count ? Math.sign(steps[i]!) : 0)) / grid;
    }
    return judgeRow(row, clean, arena).admissible;
  };
  let fewest = 0;
  let most = order.length;
  while (fewest < most) {
    const half = (fewest + most) >> 1;
    if (admissible(half)) most = half;
    else fewest = half + 1;
  }
  if (!admissible(most)) retreat(row, clean, arena, grid);
}

/** float32 may leave a sum a hair over a radius that is no whole number of steps: the largest change gives way. */
function retreat(row: Float32Array, clean: Float32Array, arena: Ball, grid: number): void {
  while (!judgeRow(row, clean, arena).admissible) {
    let worst = 0;
    for (let i = 0; i < row.length; i++)
      if (Math.abs(row[i]! - clean[i]!) > Math.abs(row[worst]! - clean[worst]!)) worst = i;
    if (row[worst] === clean[worst]) return;
    row[worst] = (Math.round(row[worst]! * grid) - Math.sign(row[worst]! - clean[worst]!)) / grid;
  }
}

/** Values in steps of the grid. `Float64Array.from` with a function takes forty times as long. */
function inSteps(row: Float32Array, grid: number): Float64Array {
  const steps = new Float64Array(row);
  for (let i = 0; i < steps.length; i++) steps[i] = steps[i]! * grid;
  return steps;
}
