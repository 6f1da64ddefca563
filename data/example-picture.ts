import "server-only";
import { openGallery } from "#data/gallery.ts";
import { readHouseGallery } from "#data/house-gallery.ts";
import { drawDifference, drawInput, type Pixels } from "#data/pixels.ts";
import { encodePng } from "#data/png.ts";
import type { Viewer } from "#data/viewer.ts";
import { openArtifact } from "#store/artifacts.ts";

export const PICTURES = ["clean", "adversarial", "difference"] as const;
export type Picture = (typeof PICTURES)[number];

export type PictureAnswer =
  /** `shared`: anybody may see it, so that any cache may keep it. */
  { ok: true; png: Buffer; shared: boolean } | { ok: false; reason: "missing" | "closed" };

/**
 * One picture of an attack's gallery. The clean input is public; the example and the difference follow rule 10, and
 * are "closed" to whom it does not let in. "missing": no such attack, or no admissible example for the point.
 */
export async function readPicture(
  viewer: Viewer | null,
  attackId: string,
  point: number,
  picture: Picture,
): Promise<PictureAnswer> {
  const gallery = await openGallery(viewer, attackId);
  const row = gallery?.rows.indexOf(point) ?? -1;
  if (!gallery || row === -1) return { ok: false, reason: "missing" };
  const { shape, range } = gallery.config.data;
  const clean = () => readRow(gallery.challenge.pointsSha, point, shape);
  if (picture === "clean") return png(drawInput(await clean(), shape, range), true);
  if (!gallery.points.includes(point)) return { ok: false, reason: "closed" };
  const anybodys = viewer === null || (await openGallery(null, attackId))!.points.includes(point);
  const changed = await readRow(gallery.examplesSha, row, shape);
  if (picture === "adversarial") return png(drawInput(changed, shape, range), anybodys);
  const { norm, epsilon } = gallery.config.threatModel;
  return png(drawDifference(await clean(), changed, shape, norm === "Linf" ? epsilon : null), anybodys);
}

/** One picture of what the house made a defense's point fall with: the same pictures, open to whom its gallery shows it. */
export async function readHousePicture(
  viewer: Viewer | null,
  defenseId: string,
  point: number,
  picture: Picture,
): Promise<PictureAnswer> {
  const gallery = await readHouseGallery(viewer, defenseId);
  const example = gallery?.fell.find((fell) => fell.point === point);
  if (!gallery || !example) return { ok: false, reason: "missing" };
  const { shape, range } = gallery.config.data;
  const clean = () => readRow(gallery.pointsSha, point, shape);
  if (picture === "clean") return png(drawInput(await clean(), shape, range), true);
  if (!gallery.open.includes(example)) return { ok: false, reason: "closed" };
  const anybodys = gallery.dozen.includes(example);
  const changed = await readRow(example.examplesSha, example.row, shape);
  if (picture === "adversarial") return png(drawInput(changed, shape, range), anybodys);
  const { norm, epsilon } = gallery.config.threatModel;
  return png(drawDifference(await clean(), changed, shape, norm === "Linf" ? epsilon : null), anybodys);
}

function png({ samples, width, height }: Pixels, shared: boolean): PictureAnswer {
  return { ok: true, png: encodePng(samples, width, height), shared };
}

/** One row of a float32 artifact [rows, ...shape]; nothing else of the file is read. */
async function readRow(sha256: string, row: number, shape: readonly number[]): Promise<Float32Array> {
  const bytes = 4 * shape.reduce((product, size) => product * size, 1);
  const file = await openArtifact(sha256);
  try {
    const buffer = new Uint8Array(bytes);
    const { bytesRead } = await file.read(buffer, 0, bytes, row * bytes);
    if (bytesRead !== bytes) throw new Error(`artifact ${sha256} ends before row ${row}`);
    return new Float32Array(buffer.buffer);
  } finally {
    await file.close();
  }
}
