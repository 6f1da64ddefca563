import { writeNpy } from "#arrays/npy.ts";
import { writeNpz } from "#arrays/npz-write.ts";

/** Points of a challenge: x float32 [n, ...shape], y [n], in the machine's byte order. */
interface Points {
  shape: number[];
  x: Float32Array<ArrayBuffer>;
  y: Uint16Array<ArrayBuffer>;
}

/** points.npz as everybody downloads it: x as float32, y as int64. Same points, same bytes. */
export function pointsArchive({ shape, x, y }: Points): Uint8Array<ArrayBuffer> {
  const labels = BigInt64Array.from(y, BigInt);
  const members = { x: writeNpy({ shape, data: x }), y: writeNpy({ shape: [labels.length], data: labels }) };
  return writeNpz(members, { compress: true });
}
