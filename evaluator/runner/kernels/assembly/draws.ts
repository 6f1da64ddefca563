// Threefry-2x32 with 20 rounds, four blocks at a time: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011, https://doi.org/10.1145/2063384.2063405. Words come in the order of their blocks, two of each.

function rotate(words: v128, by: i32): v128 {
  return v128.or(i32x4.shl(words, by), i32x4.shr_u(words, 32 - by));
}

/** The first and the second words of blocks counter to counter + 3. */
let firsts: v128 = i32x4.splat(0);
let seconds: v128 = i32x4.splat(0);

function fourBlocks(key0: i32, key1: i32, counter: i32, carry: i32): void {
  let key = i32x4.splat(key0);
  let next = i32x4.splat(key1);
  let last = i32x4.splat(0x1bd11bda ^ key0 ^ key1);
  let x = i32x4.add(i32x4.add(i32x4.splat(counter), i32x4(0, 1, 2, 3)), key);
  let y = i32x4.add(i32x4.splat(carry), next);
  for (let group = 0; group < 5; group++) {
    const odd = (group & 1) === 1;
    x = i32x4.add(x, y);
    y = v128.xor(rotate(y, odd ? 17 : 13), x);
    x = i32x4.add(x, y);
    y = v128.xor(rotate(y, odd ? 29 : 15), x);
    x = i32x4.add(x, y);
    y = v128.xor(rotate(y, odd ? 16 : 26), x);
    x = i32x4.add(x, y);
    y = v128.xor(rotate(y, odd ? 24 : 6), x);
    const first = key;
    key = next;
    next = last;
    last = first;
    x = i32x4.add(x, key);
    y = i32x4.add(y, i32x4.add(next, i32x4.splat(group + 1)));
  }
  firsts = i32x4.shuffle(x, y, 0, 4, 1, 5);
  seconds = i32x4.shuffle(x, y, 2, 6, 3, 7);
}

/** Eight words: blocks counter to counter + 3, whose second half is `carry`. */
export function drawWords(into: usize, key0: i32, key1: i32, counter: i32, carry: i32): void {
  fourBlocks(key0, key1, counter, carry);
  v128.store(into, firsts);
  v128.store(into, seconds, 16);
}

/** Values uniform in [low, low + width], a word each, in whole blocks: up to four values behind the place are overwritten. */
export function drawUniform(
  into: usize,
  size: usize,
  key0: i32,
  key1: i32,
  counter: i32,
  carry: i32,
  low: f32,
  width: f32,
): void {
  const least = f32x4.splat(low);
  const scale = f32x4.splat(width * <f32>2.3283064365386963e-10);
  for (let at: usize = 0; at < size << 2; at += 32, counter += 4) {
    fourBlocks(key0, key1, counter, carry);
    v128.store(into + at, f32x4.add(least, f32x4.mul(scale, f32x4.convert_i32x4_u(firsts))));
    v128.store(into + at, f32x4.add(least, f32x4.mul(scale, f32x4.convert_i32x4_u(seconds))), 16);
  }
}

/** into = clean, each value moved up or down by its part of `moves`, as a random bit of its own says; cut at [low, high]. */
export function drawSigned(
  into: usize,
  clean: usize,
  moves: usize,
  size: usize,
  key0: i32,
  key1: i32,
  counter: i32,
  carry: i32,
  low: f32,
  high: f32,
): void {
  const lowest = f32x4.splat(low);
  const highest = f32x4.splat(high);
  const end = size << 2;
  for (let at: usize = 0; at < end; counter += 4) {
    fourBlocks(key0, key1, counter, carry);
    for (let half = 0; half < 2; half++) {
      let bits = half === 0 ? firsts : seconds;
      for (let bit = 0; bit < 32 && at < end; bit++, at += 16) {
        const change = v128.xor(v128.load(moves + at), i32x4.shl(bits, 31));
        const moved = f32x4.add(v128.load(clean + at), change);
        v128.store(into + at, f32x4.pmin(f32x4.pmax(moved, lowest), highest));
        bits = i32x4.shr_u(bits, 1);
      }
    }
  }
}
