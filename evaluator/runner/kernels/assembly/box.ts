// Loops over an image's values in L-infinity, where ball and range are one box. An array lies at an address, holds
// `size` float32 and is filled up with zeros to a whole number of vectors.
import { largestOf, signOf } from "./vectors";

/** The values cut to the box of `radius` around `clean` and to [low, high]. */
function intoBox(values: v128, clean: v128, radius: v128, low: v128, high: v128): v128 {
  const least = f32x4.pmax(f32x4.sub(clean, radius), low);
  const most = f32x4.pmin(f32x4.add(clean, radius), high);
  return f32x4.pmin(f32x4.pmax(values, least), most);
}

/** into = x + blend (aim - x) + (1 - blend) (x - previous), cut, where aim is x + step sign(gradient), cut. */
export function moveInBox(
  into: usize,
  x: usize,
  previous: usize,
  gradient: usize,
  clean: usize,
  size: usize,
  radius: f32,
  low: f32,
  high: f32,
  step: f32,
  blend: f32,
): void {
  const r = f32x4.splat(radius);
  const l = f32x4.splat(low);
  const h = f32x4.splat(high);
  const length = f32x4.splat(step);
  const ahead = f32x4.splat(blend);
  const again = f32x4.splat(<f32>1 - blend);
  for (let at: usize = 0; at < size << 2; at += 16) {
    const from = v128.load(x + at);
    const middle = v128.load(clean + at);
    const wanted = f32x4.add(from, f32x4.mul(length, signOf(v128.load(gradient + at))));
    const aim = intoBox(wanted, middle, r, l, h);
    const last = f32x4.sub(from, v128.load(previous + at));
    const moved = f32x4.add(f32x4.add(from, f32x4.mul(ahead, f32x4.sub(aim, from))), f32x4.mul(again, last));
    v128.store(into + at, intoBox(moved, middle, r, l, h));
  }
}

/** x = clean + x, stretched so that the largest change is `radius`, cut; zeros stay at `clean`. */
export function stretchInBox(x: usize, clean: usize, size: usize, radius: f32, low: f32, high: f32): void {
  let most = f32x4.splat(0);
  for (let at: usize = 0; at < size << 2; at += 16) most = f32x4.pmax(most, f32x4.abs(v128.load(x + at)));
  const longest = largestOf(most);
  const scale = f32x4.splat(longest > 0 ? radius / longest : 0);
  const r = f32x4.splat(radius);
  const l = f32x4.splat(low);
  const h = f32x4.splat(high);
  for (let at: usize = 0; at < size << 2; at += 16) {
    const middle = v128.load(clean + at);
    const moved = f32x4.add(middle, f32x4.mul(scale, v128.load(x + at)));
    v128.store(x + at, intoBox(moved, middle, r, l, h));
  }
}
