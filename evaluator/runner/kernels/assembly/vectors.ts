// Vectors of four float32 or two float64.

/** 1 where the value is above 0, -1 where it is below, 0 for 0 and what is no number. */
export function signOf(values: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const up = v128.and(f32x4.gt(values, zero), one);
  return f32x4.sub(up, v128.and(f32x4.lt(values, zero), one));
}

/** The largest of four values. */
export function largestOf(values: v128): f32 {
  const two = f32x4.pmax(values, i64x2.shuffle(values, values, 1, 0));
  return max(f32x4.extract_lane(two, 0), f32x4.extract_lane(two, 1));
}

/** The first two of four values, as float64. */
export function wideLow(values: v128): v128 {
  return f64x2.promote_low_f32x4(values);
}

/** The last two. */
export function wideHigh(values: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(values, values, 1, 1));
}

/** The sum of two float64. */
export function sumOf(values: v128): f64 {
  return f64x2.extract_lane(values, 0) + f64x2.extract_lane(values, 1);
}
