/** Samples of a picture, pixel by pixel: one grey or three RGB bytes each. */
export interface Pixels {
  samples: Uint8Array;
  width: number;
  height: number;
}

type Shape = readonly number[];
type Range = readonly [low: number, high: number];

/** Draws one input [channels, height, width], its range black to white. Of neither 1 nor 3 channels the first is drawn. */
export function drawInput(input: Float32Array, shape: Shape, [low, high]: Range): Pixels {
  return draw(input, shape, (value) => (255 * (value - low)) / (high - low));
}

/**
 * Draws what an attack changed: no change is mid-grey, `reach` (in input units) upwards white and downwards black.
 * `reach` is the radius where that bounds each value, else the largest change there is.
 */
export function drawDifference(clean: Float32Array, changed: Float32Array, shape: Shape, reach: number | null): Pixels {
  const difference = changed.map((value, i) => value - clean[i]!);
  const largest = reach ?? difference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return draw(difference, shape, (value) => 127.5 + (127.5 * value) / (largest || 1));
}

function draw(values: Float32Array, [channels, height, width]: Shape, scale: (value: number) => number): Pixels {
  const drawn = channels === 3 ? 3 : 1;
  const area = height! * width!;
  const samples = new Uint8Array(area * drawn);
  for (let pixel = 0; pixel < area; pixel++)
    for (let channel = 0; channel < drawn; channel++)
      samples[pixel * drawn + channel] = Math.max(0, Math.min(255, Math.round(scale(values[channel * area + pixel]!))));
  return { samples, width: width!, height: height! };
}
