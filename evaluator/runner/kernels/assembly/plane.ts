// Loops of FAB over an image's values, in L-infinity (`even`: each value moves as far) and L2 (in proportion to its slope),
// within the range [low, high]. Sums are of float64.
import { largestOf, signOf, sumOf, wideHigh, wideLow } from "./vectors";

/** w.(to - from). */
export function gainBetween(w: usize, to: usize, from: usize, size: usize): f64 {
  let sum = f64x2.splat(0);
  for (let at: usize = 0; at < size << 2; at += 16) {
    const slopes = v128.load(w + at);
    const change = f32x4.sub(v128.load(to + at), v128.load(from + at));
    sum = f64x2.add(sum, f64x2.mul(wideLow(slopes), wideLow(change)));
    sum = f64x2.add(sum, f64x2.mul(wideHigh(slopes), wideHigh(change)));
  }
  return sumOf(sum);
}

/** rooms = how far each value of x can move in the direction in which sign w.x grows. */
function measureRooms(rooms: usize, x: usize, w: usize, size: usize, sign: f32, low: f32, high: f32): void {
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  const towards = f32x4.splat(sign);
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < size << 2; at += 16) {
    const from = v128.load(x + at);
    const up = f32x4.gt(f32x4.mul(towards, v128.load(w + at)), zero);
    v128.store(rooms + at, v128.bitselect(f32x4.sub(highest, from), f32x4.sub(from, lowest), up));
  }
}

/** What the last step looked at would gain: `cut` by values that reach the range's end, `slope` times its size by the others. */
let slope: f64 = 0;
let cut: f64 = 0;

function lookAt(t: f64, rooms: usize, w: usize, size: usize, even: bool): void {
  let slopes = f64x2.splat(0);
  let cuts = f64x2.splat(0);
  const reach = f32x4.splat(<f32>t);
  for (let at: usize = 0; at < size << 2; at += 16) {
    const steepness = f32x4.abs(v128.load(w + at));
    const room = v128.load(rooms + at);
    const open = f32x4.gt(room, even ? reach : f32x4.mul(reach, steepness));
    const moving = v128.and(steepness, open);
    const first = wideLow(moving);
    const second = wideHigh(moving);
    slopes = f64x2.add(slopes, even ? first : f64x2.mul(first, first));
    slopes = f64x2.add(slopes, even ? second : f64x2.mul(second, second));
    const gained = v128.andnot(f32x4.mul(steepness, room), open);
    cuts = f64x2.add(cuts, f64x2.add(wideLow(gained), wideHigh(gained)));
  }
  slope = sumOf(slopes);
  cut = sumOf(cuts);
}

/**
 * The size of the least step from x with which w.x grows by `rise`, which may be below 0; where the range does not allow it,
 * a size with which every value reaches the range's end. What a step gains is concave in its size: wherever Newton's first
 * step, from size `t`, begins it ends at the root or below, and from there no step overshoots and each but the last passes a
 * value that is cut. `rooms` is overwritten.
 */
export function stepToPlane(
  rooms: usize,
  x: usize,
  w: usize,
  size: usize,
  rise: f64,
  even: bool,
  low: f32,
  high: f32,
  t: f64,
): f64 {
  const wanted = Math.abs(rise);
  measureRooms(rooms, x, w, size, rise < 0 ? -1 : 1, low, high);
  for (let pass: usize = 0; pass <= size; pass++) {
    lookAt(t, rooms, w, size, even);
    if (slope === 0) {
      if (pass > 0 || t === 0) break;
      t = 0;
      continue;
    }
    const missing = wanted - cut - slope * t;
    if (pass > 0 && !(missing > wanted * 1e-12)) break;
    t = Math.max(0, t + missing / slope);
  }
  return t;
}

/** into = x moved by t up (or, below 0, down) w, cut at the range. Gives the longest move, or its Euclidean length. */
export function moveAlong(into: usize, x: usize, w: usize, size: usize, t: f32, even: bool, low: f32, high: f32): f64 {
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  const length = f32x4.splat(t);
  let longest = f32x4.splat(0);
  let squares = f64x2.splat(0);
  for (let at: usize = 0; at < size << 2; at += 16) {
    const from = v128.load(x + at);
    const slopes = v128.load(w + at);
    const moved = f32x4.add(from, f32x4.mul(length, even ? signOf(slopes) : slopes));
    const stays = f32x4.eq(slopes, f32x4.splat(0));
    const to = v128.bitselect(from, f32x4.pmin(f32x4.pmax(moved, lowest), highest), stays);
    v128.store(into + at, to);
    const change = f32x4.sub(to, from);
    if (even) {
      longest = f32x4.pmax(longest, f32x4.abs(change));
      continue;
    }
    const first = wideLow(change);
    const second = wideHigh(change);
    squares = f64x2.add(squares, f64x2.add(f64x2.mul(first, first), f64x2.mul(second, second)));
  }
  return even ? <f64>largestOf(longest) : Math.sqrt(sumOf(squares));
}

/** x = (1 - pull) times the step from x to `here`, and pull times that from `clean` to `there`, each `beyond` times as long; cut. */
export function blendSteps(
  x: usize,
  here: usize,
  clean: usize,
  there: usize,
  size: usize,
  pull: f32,
  beyond: f32,
  low: f32,
  high: f32,
): void {
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  const longer = f32x4.splat(beyond);
  const ahead = f32x4.splat(<f32>1 - pull);
  const back = f32x4.splat(pull);
  for (let at: usize = 0; at < size << 2; at += 16) {
    const from = v128.load(x + at);
    const origin = v128.load(clean + at);
    const one = f32x4.add(from, f32x4.mul(longer, f32x4.sub(v128.load(here + at), from)));
    const other = f32x4.add(origin, f32x4.mul(longer, f32x4.sub(v128.load(there + at), origin)));
    const blended = f32x4.add(f32x4.mul(ahead, one), f32x4.mul(back, other));
    v128.store(x + at, f32x4.pmin(f32x4.pmax(blended, lowest), highest));
  }
}
