// The L2 and L1 forms of the Square Attack, section 3.3 of https://arxiv.org/abs/1912.00049
import type { Task } from "#evaluator/runner/attacks/attack.ts";
import { project } from "#evaluator/runner/attacks/ball.ts";

/** The first perturbation is a grid of this many tiles a side. */
const TILES = 5;
/** Keeps an empty window from being divided by. */
const TINY = 1e-12;

/** How lengths add up: L2 by squares, L1 by sizes; and how steeply the pattern falls off from its two peaks. */
interface Energy {
  of(value: number): number;
  length(sum: number): number;
  fall: number;
}
const L2: Energy = { of: (value) => value * value, length: Math.sqrt, fall: 2 };
const L1: Energy = { of: Math.abs, length: (sum) => sum, fall: 4 };
const energyOf = (task: Task): Energy => (task.arena.norm === "L1" ? L1 : L2);

interface Corner {
  top: number;
  left: number;
}

/** A random place for a square of this side. */
export function place({ random, arena }: Task, side: number): Corner {
  const [, height, width] = arena.shape as [number, number, number];
  return { top: random.below(height - side + 1), left: random.below(width - side + 1) };
}

/** The offsets of a square's values in the first channel, row by row. */
function offsetsOf({ arena }: Task, { top, left }: Corner, side: number): Int32Array {
  const width = arena.shape[2]!;
  const offsets = new Int32Array(side * side);
  for (let k = 0; k < offsets.length; k++) offsets[k] = (top + Math.floor(k / side)) * width + left + (k % side);
  return offsets;
}

/** The image tiled with patterns of random signs, at the ball's rim. */
export function tiles(task: Task): Float32Array {
  const { clean, random, arena } = task;
  const [channels, height, width] = arena.shape as [number, number, number];
  const side = Math.max(1, Math.floor(Math.min(height, width) / TILES));
  const first = Math.max(0, Math.floor((height - side * TILES) / 2));
  const change = new Float32Array(clean.length);
  for (let top = first; top + side <= height; top += side) {
    for (let left = first; left + side <= width; left += side) {
      const pattern = patternOf(task, side);
      const offsets = offsetsOf(task, { top, left }, side);
      for (let c = 0; c < channels; c++) {
        const sign = random.sign();
        for (let k = 0; k < offsets.length; k++) change[c * height * width + offsets[k]!] = sign * pattern[k]!;
      }
    }
  }
  return atRim(change, task);
}

/** Moves the change inside one random square to another, adds the pattern to it there, and stretches all to the rim. */
export function moveEnergy(x: Float32Array, task: Task, share: number): void {
  const { clean, random, arena } = task;
  const [channels, height, width] = arena.shape as [number, number, number];
  const energy = energyOf(task);
  const odd = Math.max(Math.round(Math.sqrt(share * height * width)), 3) | 1;
  const side = Math.min(odd, height, width);
  const [to, from] = [place(task, side), place(task, side)];
  const [target, source] = [offsetsOf(task, to, side), offsetsOf(task, from, side)];
  const pattern = patternOf(task, side);
  const change = new Float32Array(x.length);
  let total = 0;
  for (let i = 0; i < x.length; i++) {
    change[i] = x[i]! - clean[i]!;
    total += energy.of(change[i]!);
  }
  const unused = Math.max(0, energy.of(arena.epsilon) - total) / channels;
  const moved = new Float64Array(pattern.length);
  for (let c = 0; c < channels; c++) {
    const channel = change.subarray(c * height * width, (c + 1) * height * width);
    const sign = random.sign();
    const before = energyIn(channel, target, energy);
    const old = 1 / (TINY + energy.length(before));
    for (let k = 0; k < moved.length; k++) moved[k] = sign * pattern[k]! + old * channel[target[k]!]!;
    // What the two squares share is moved once: with the target emptied, the source counts the rest only.
    for (let k = 0; k < target.length; k++) channel[target[k]!] = 0;
    const free = unused + before + energyIn(channel, source, energy);
    for (let k = 0; k < source.length; k++) channel[source[k]!] = 0;
    let length = 0;
    for (let k = 0; k < moved.length; k++) length += energy.of(moved[k]!);
    const scale = energy.length(free) / (TINY + energy.length(length));
    for (let k = 0; k < moved.length; k++) channel[target[k]!] = scale * moved[k]!;
  }
  x.set(atRim(change, task));
}

function energyIn(channel: Float32Array, offsets: Int32Array, energy: Energy): number {
  let sum = 0;
  for (let k = 0; k < offsets.length; k++) sum += energy.of(channel[offsets[k]!]!);
  return sum;
}

/** clean + change, stretched to the ball's radius and projected; in place of `change`. */
function atRim(change: Float32Array, task: Task): Float32Array {
  const { clean, arena } = task;
  const energy = energyOf(task);
  let total = 0;
  for (const value of change) total += energy.of(value);
  const scale = arena.epsilon / (TINY + energy.length(total));
  for (let i = 0; i < change.length; i++) change[i] = clean[i]! + scale * change[i]!;
  project(change, clean, arena);
  return change;
}

const patterns = new Map<string, Float64Array>();

/** Two peaks of opposite sign, one above the other or (by chance) side by side, of length 1: [side, side]. */
function patternOf(task: Task, side: number): Float64Array {
  const energy = energyOf(task);
  const key = `${side} ${energy.fall}`;
  const known = patterns.get(key) ?? drawPattern(side, energy);
  patterns.set(key, known);
  if (task.random.sign() > 0) return known;
  return known.map((_, i) => known[(i % side) * side + Math.floor(i / side)]!);
}

function drawPattern(side: number, energy: Energy): Float64Array {
  const half = side >> 1;
  const pattern = new Float64Array(side * side);
  pattern.set(peak(half, side, energy));
  pattern.set(
    peak(side - half, side, energy).map((value) => -value),
    half * side,
  );
  return scaled(pattern, energy);
}

/** One peak in the middle of [rows, columns]: centred squares of growing size whose heights fall off, on each other. */
function peak(rows: number, columns: number, energy: Energy): Float64Array {
  const values = new Float64Array(rows * columns);
  const squares = Math.max(rows >> 1, columns >> 1) + 1;
  for (let u = 0; u < rows; u++) {
    for (let v = 0; v < columns; v++) {
      const ring = Math.max(Math.abs(u - (rows >> 1)), Math.abs(v - (columns >> 1)));
      for (let k = ring; k < squares; k++) values[u * columns + v]! += (k + 1) ** -energy.fall;
    }
  }
  return scaled(values, energy);
}

function scaled(values: Float64Array, energy: Energy): Float64Array {
  let total = 0;
  for (const value of values) total += energy.of(value);
  return total === 0 ? values : values.map((value) => value / energy.length(total));
}
