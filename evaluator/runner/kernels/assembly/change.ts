// Loops over the change from one array to another. Differences are of float64, so exact.
import { sumOf, wideHigh, wideLow } from "./vectors";

/** The largest change. */
export function largestChange(x: usize, from: usize, size: usize): f64 {
  let most = f64x2.splat(0);
  for (let at: usize = 0; at < size << 2; at += 16) {
    const to = v128.load(x + at);
    const origin = v128.load(from + at);
    most = f64x2.pmax(most, f64x2.abs(f64x2.sub(wideLow(to), wideLow(origin))));
    most = f64x2.pmax(most, f64x2.abs(f64x2.sub(wideHigh(to), wideHigh(origin))));
  }
  return max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
}

/** The sum of the changes' squares. */
export function squaredChange(x: usize, from: usize, size: usize): f64 {
  let sum = f64x2.splat(0);
  for (let at: usize = 0; at < size << 2; at += 16) {
    const to = v128.load(x + at);
    const origin = v128.load(from + at);
    const first = f64x2.sub(wideLow(to), wideLow(origin));
    const second = f64x2.sub(wideHigh(to), wideHigh(origin));
    sum = f64x2.add(sum, f64x2.add(f64x2.mul(first, first), f64x2.mul(second, second)));
  }
  return sumOf(sum);
}

/** x = from + share (x - from). */
export function scaleChange(x: usize, from: usize, size: usize, share: f32): void {
  const kept = f32x4.splat(share);
  for (let at: usize = 0; at < size << 2; at += 16) {
    const origin = v128.load(from + at);
    const change = f32x4.sub(v128.load(x + at), origin);
    v128.store(x + at, f32x4.add(origin, f32x4.mul(kept, change)));
  }
}
