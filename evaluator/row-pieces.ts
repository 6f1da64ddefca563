const PIECE_BYTES = 2 ** 20;

/**
 * Rows of `values` [n, size] as the bytes of a file of float32, in the order of `places` and in pieces of about a mebibyte:
 * a copy of them all would take as much memory as the challenge. Each piece lies in the memory of the one before.
 */
export function* rowPieces(values: Float32Array, places: ArrayLike<number>, size: number): Generator<Uint8Array> {
  const together = Math.max(1, Math.floor(PIECE_BYTES / (4 * size)));
  const piece = new Float32Array(Math.min(together, places.length) * size);
  for (let from = 0; from < places.length; from += together) {
    const rows = Math.min(together, places.length - from);
    for (let row = 0; row < rows; row++) {
      const place = places[from + row]!;
      piece.set(values.subarray(place * size, (place + 1) * size), row * size);
    }
    yield new Uint8Array(piece.buffer, 0, 4 * rows * size);
  }
}
