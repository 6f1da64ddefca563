/**
 * The k-th largest of the values (k from 1), in linear time on average (Hoare's "Algorithm 65: find", 1961); Infinity
 * for k < 1, the smallest for k beyond their number. Reorders `values`. They hold no NaN.
 */
export function largest(values: Float32Array | Float64Array, k: number): number {
  if (k < 1) return Number.POSITIVE_INFINITY;
  const place = Math.max(0, values.length - Math.floor(k));
  let from = 0;
  let to = values.length - 1;
  while (from < to) {
    const pivot = median(values[from]!, values[(from + to) >> 1]!, values[to]!);
    let left = from;
    let right = to;
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (values[right]! > pivot) right--;
      if (left > right) break;
      const swapped = values[left]!;
      values[left++] = values[right]!;
      values[right--] = swapped;
    }
    if (place <= right) to = right;
    else if (place >= left) from = left;
    else return pivot;
  }
  return values[place]!;
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
