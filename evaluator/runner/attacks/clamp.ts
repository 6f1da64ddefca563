/**
 * The value cut to [low, high], without a branch: in the loops over an image's values, whose signs are as good as random,
 * a branch is mispredicted every other time, which costs more than all of the arithmetic. Exact to a few last bits of
 * float64, so exact once stored as float32, but for results near 0 of much larger operands.
 */
export function clamp(value: number, low: number, high: number): number {
  return 0.5 * (Math.abs(value - low) - Math.abs(value - high) + low + high);
}
