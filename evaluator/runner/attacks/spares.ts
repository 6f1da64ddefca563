/** By their length. */
const spares = new Map<number, Float32Array[]>();

/**
 * An array of `length` values, whatever they are: one that somebody has given back, else a new one. V8 collects arrays late, since
 * their values lie outside of its heap: thousands of runs would leave a hundred megabytes behind.
 */
export function spareArray(length: number): Float32Array {
  return spares.get(length)?.pop() ?? new Float32Array(length);
}

/** Gives arrays back that nobody will look at any more, each once. */
export function giveBack(arrays: readonly Float32Array[]): void {
  for (const array of arrays) {
    const kept = spares.get(array.length) ?? [];
    if (kept.length === 0) spares.set(array.length, kept);
    kept.push(array);
  }
}
