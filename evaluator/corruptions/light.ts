import { type Corruption, mapPixels } from "#evaluator/corruptions/image.ts";
import { Random } from "#evaluator/corruptions/random.ts";

export const brightness =
  (by: number): Corruption =>
  ({ values }) =>
    values.map((value) => value + by);

/** The outer quarters of the columns inverted. */
export const stripe: Corruption = (image) => {
  const quarter = Math.round(image.width / 4);
  return mapPixels(image, (c, y, x) => {
    const value = image.values[(c * image.height + y) * image.width + x]!;
    return x < quarter || x >= image.width - quarter ? 1 - value : value;
  });
};

/** Fog: a window of a plasma fractal, `amount` of it laid over the image; `decay` is how much finer detail is fainter. */
export const fog =
  (amount: number, decay: number): Corruption =>
  (image, random) => {
    const map = plasma(decay);
    const most = image.values.reduce((a, b) => Math.max(a, b), 0);
    const [top, left] = [random.below(PLASMA), random.below(PLASMA)];
    return mapPixels(image, (c, y, x) => {
      const value = image.values[(c * image.height + y) * image.width + x]!;
      const veil = map[((top + y) % PLASMA) * PLASMA + ((left + x) % PLASMA)]!;
      return ((value + amount * veil) * most) / (most + amount);
    });
  };

/** Side of the fractal; it continues at its edges. */
const PLASMA = 256;
const plasmas = new Map<number, Float32Array>();

/** Diamond-square on a torus (Fournier, Fussell and Carpenter, 1982), from 0 to 1. One for each decay. */
function plasma(decay: number): Float32Array {
  const known = plasmas.get(decay);
  if (known) return known;
  const random = new Random(`plasma:${decay}`);
  const map = new Float32Array(PLASMA * PLASMA);
  const at = (y: number, x: number) => ((y + PLASMA) % PLASMA) * PLASMA + ((x + PLASMA) % PLASMA);
  const around = (y: number, x: number, steps: readonly (readonly [number, number])[], wibble: number) => {
    const mean = steps.reduce((sum, [dy, dx]) => sum + map[at(y + dy, x + dx)]!, 0) / steps.length;
    map[at(y, x)] = mean + wibble * (random.uniform() * 2 - 1);
  };
  for (let [step, wibble] = [PLASMA, 100]; step >= 2; step /= 2, wibble /= decay) {
    const h = step / 2;
    const corners = [
      [-h, -h],
      [-h, h],
      [h, -h],
      [h, h],
    ] as const;
    const sides = [
      [-h, 0],
      [h, 0],
      [0, -h],
      [0, h],
    ] as const;
    for (let y = h; y < PLASMA; y += step) for (let x = h; x < PLASMA; x += step) around(y, x, corners, wibble);
    for (let y = 0; y < PLASMA; y += h)
      for (let x = y % step === 0 ? h : 0; x < PLASMA; x += step) around(y, x, sides, wibble);
  }
  const low = map.reduce((a, b) => Math.min(a, b));
  const high = map.reduce((a, b) => Math.max(a, b));
  const scaled = map.map((value) => (value - low) / (high - low));
  plasmas.set(decay, scaled);
  return scaled;
}
