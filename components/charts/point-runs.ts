/**
 * The SVG path through all cells of one kind on a grid of `columns` unit cells a row: one horizontal line for each run
 * of neighbours. Stroked with dashes of 0.8 and gaps of 0.2 it draws one mark a cell at a fraction of the size.
 */
export function mapRuns(points: Uint8Array, kind: number, columns: number): string {
  let path = "";
  for (let i = 0; i < points.length; i++) {
    if (points[i] !== kind) continue;
    const start = i;
    while (i + 1 < points.length && points[i + 1] === kind && (i + 1) % columns !== 0) i++;
    path += `M${(start % columns) + 0.1} ${Math.floor(start / columns) + 0.5}h${i - start + 0.8}`;
  }
  return path;
}

/** The numbers of all points of one kind, runs of neighbours as ranges: "0–3, 7, 9–12"; empty where there is none. */
export function pointRanges(points: Uint8Array, kind: number): string {
  const ranges: string[] = [];
  for (let i = 0; i < points.length; i++) {
    if (points[i] !== kind) continue;
    const start = i;
    while (points[i + 1] === kind) i++;
    ranges.push(start === i ? `${i}` : `${start}–${i}`);
  }
  return ranges.join(", ");
}
