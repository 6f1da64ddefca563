/** How a random op's values are distributed, in the terms of ONNX's own attributes. */
export type Distribution =
  | { kind: "normal"; mean: number; scale: number }
  | { kind: "uniform"; low: number; high: number };

/**
 * Fills `into` with draws that depend on nothing but (key, draw, stream): the same row of the same defense always meets
 * the same noise, whoever attacks and in whatever order (rule 6). `key` is 16 bytes made by the evaluator from its
 * secret. The generator is xoshiro128** (Blackman and Vigna, 2018) with its state mixed by MurmurHash3's finaliser.
 */
export function fillNoise(
  into: Float32Array,
  distribution: Distribution,
  key: DataView,
  draw: number,
  stream: number,
): void {
  const next = generator(key, draw, stream);
  if (distribution.kind === "uniform") {
    const { low, high } = distribution;
    for (let i = 0; i < into.length; i++) into[i] = low + (high - low) * next();
    return;
  }
  const { mean, scale } = distribution;
  // Box and Muller, 1958: two normal draws from two uniform ones.
  for (let i = 0; i < into.length; i += 2) {
    const radius = scale * Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    into[i] = mean + radius * Math.cos(angle);
    if (i + 1 < into.length) into[i + 1] = mean + radius * Math.sin(angle);
  }
}

function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Uniform numbers in [0,1), 24 bits each: what a float32 below 1 can hold. */
function generator(key: DataView, draw: number, stream: number): () => number {
  const word = (i: number) =>
    mix(key.getUint32(i * 4, true) ^ mix(draw * 4 + i + 1) ^ Math.imul(stream + 1, 0x9e3779b9));
  let [a, b, c, d] = [word(0), word(1), word(2), word(3) | 1];
  const rotate = (x: number, by: number) => (x << by) | (x >>> (32 - by));
  const step = () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11);
    return result;
  };
  for (let i = 0; i < 8; i++) step();
  return () => (step() >>> 8) / 0x1000000;
}
