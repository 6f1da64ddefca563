/** A separating score: features . weights + bias. */
export interface Separator {
  weights: Float32Array;
  bias: number;
}

const ITERATIONS = 400;
const RATE = 1;
const MOMENTUM = 0.9;
/** Of the way from the nearest point within to the planted one. */
const CLOSE = 0.9;

/**
 * Logistic regression without a penalty, by gradient descent with momentum on standardised features: class 0 are
 * `inner`, class 1 is `planted` alone, with both classes weighing the same. Null where it does not separate them: a
 * model that sees no difference between them.
 */
export function separate(inner: Float32Array[], planted: Float32Array): Separator | null {
  const rows = [...inner, planted];
  const { means, scales } = standard(rows);
  const length = means.length;
  const z = rows.map((row) => Float64Array.from(row, (value, i) => (value - means[i]!) * scales[i]!));
  const weights = new Float64Array(length);
  const velocity = new Float64Array(length);
  let [bias, biasVelocity] = [0, 0];
  const scoreOf = (row: Float64Array) => row.reduce((sum, value, i) => sum + value * weights[i]!, bias);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const gradient = new Float64Array(length);
    let biasGradient = 0;
    for (const [r, row] of z.entries()) {
      const isPlanted = r === inner.length;
      const error = 1 / (1 + Math.exp(-scoreOf(row))) - Number(isPlanted);
      const weight = (isPlanted ? 0.5 : 0.5 / inner.length) * error;
      for (let i = 0; i < length; i++) gradient[i]! += weight * row[i]!;
      biasGradient += weight;
    }
    for (let i = 0; i < length; i++) {
      velocity[i] = MOMENTUM * velocity[i]! - (RATE / length) * gradient[i]!;
      weights[i]! += velocity[i]!;
    }
    biasVelocity = MOMENTUM * biasVelocity - RATE * biasGradient;
    bias += biasVelocity;
  }
  return unscaled(z, scoreOf, weights, means, scales, bias);
}

/**
 * The threshold is put close to the planted example, so that random draws do not pass it too; the fit's own may lie a
 * hair beside it.
 */
function unscaled(
  z: Float64Array[],
  scoreOf: (row: Float64Array) => number,
  weights: Float64Array,
  means: Float64Array,
  scales: Float64Array,
  bias: number,
): Separator | null {
  const scores = z.map(scoreOf);
  const planted = scores.pop()!;
  const highest = Math.max(...scores);
  if (!(planted > highest)) return null;
  const shift = highest + CLOSE * (planted - highest);
  // Scores of the size of one: losses neither underflow nor vanish.
  const unit = 1 / ((1 - CLOSE) * (planted - highest));
  const raw = Float32Array.from(weights, (weight, i) => weight * scales[i]! * unit);
  return { weights: raw, bias: raw.reduce((sum, weight, i) => sum - weight * means[i]!, (bias - shift) * unit) };
}

function standard(rows: Float32Array[]): { means: Float64Array; scales: Float64Array } {
  const length = rows[0]!.length;
  const means = new Float64Array(length);
  const squares = new Float64Array(length);
  for (const row of rows)
    for (let i = 0; i < length; i++) {
      means[i]! += row[i]! / rows.length;
      squares[i]! += row[i]! ** 2 / rows.length;
    }
  const scales = squares.map((square, i) => {
    const deviation = Math.sqrt(Math.max(0, square - means[i]! ** 2));
    return deviation > 1e-6 ? 1 / deviation : 0;
  });
  return { means, scales };
}
