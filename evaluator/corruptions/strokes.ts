import { type Corruption, type Image, mapPixels, pixels } from "#evaluator/corruptions/image.ts";
import type { Random } from "#evaluator/corruptions/random.ts";

interface Place {
  y: number;
  x: number;
}

/** How dark a stroke is at a distance in pixels of a 28-pixel image: full on it, gone at 1.5. */
const ink = (distance: number) => (distance < 2.3 ? Math.max(0, Math.log(1 - distance / 2.3) + 1) : 0);

function draw(image: Image, segments: [Place, Place][]): Float32Array {
  const unit = pixels(image, 1);
  const strokes = mapPixels({ ...image, channels: 1 }, (_, y, x) =>
    segments.reduce((most, [a, b]) => Math.max(most, ink(distanceTo({ y, x }, a, b) / unit)), 0),
  );
  return image.values.map((value, i) => Math.max(value, Math.min(1, strokes[i % strokes.length]!)));
}

function distanceTo({ y, x }: Place, a: Place, b: Place): number {
  const [vy, vx] = [b.y - a.y, b.x - a.x];
  const along = ((y - a.y) * vy + (x - a.x) * vx) / (vy * vy + vx * vx || 1);
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(y - a.y - t * vy, x - a.x - t * vx);
}

/** From a random place on the left edge to one on the right. */
function across({ height, width }: Image, random: Random): [Place, Place] {
  const place = (x: number): Place => ({ y: (0.1 + 0.8 * random.uniform()) * (height - 1), x });
  return [place(0), place(width - 1)];
}

const between = (a: Place, b: Place, t: number): Place => ({ y: a.y + (b.y - a.y) * t, x: a.x + (b.x - a.x) * t });

/** A dotted line across the image. */
export const dottedLine: Corruption = (image, random) => {
  const [a, b] = across(image, random);
  const dots = Math.max(2, Math.round(image.width / pixels(image, 4)));
  return draw(
    image,
    Array.from({ length: dots }, (_, i): [Place, Place] => {
      const dot = between(a, b, (i + 0.5) / dots);
      return [dot, dot];
    }),
  );
};

/** A zigzag across the image, two pixels to either side of a line. */
export const zigzag: Corruption = (image, random) => {
  const [a, b] = across(image, random);
  const turns = 9;
  const reach = pixels(image, 2);
  const corners = Array.from({ length: turns + 1 }, (_, i) => {
    const { y, x } = between(a, b, i / turns);
    return { y: y + (i % 2 === 0 ? reach : -reach), x };
  });
  return draw(
    image,
    corners.slice(1).map((corner, i): [Place, Place] => [corners[i]!, corner]),
  );
};
