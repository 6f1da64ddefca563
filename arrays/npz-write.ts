import { deflateSync } from "fflate";
import { crc32 } from "#arrays/crc32.ts";

/**
 * An .npz file of .npy members (names without ".npy", at most 16), in the order given. Same input, same bytes: dates are
 * 1980-01-01. Members must be under 4 GiB together.
 */
export function writeNpz(members: Record<string, Uint8Array>, options: { compress: boolean }): Uint8Array<ArrayBuffer> {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let at = 0;
  for (const [key, data] of Object.entries(members)) {
    const name = new TextEncoder().encode(`${key}.npy`);
    const packed = options.compress ? deflateSync(data) : data;
    // Flags, method, time, date, CRC, sizes, lengths: the part that local and central headers share.
    const shared = fields([2, 20], [2, 0], [2, options.compress ? 8 : 0], [2, 0], [2, 0x21], [4, crc32(data)]);
    const sizes = fields([4, packed.length], [4, data.length], [2, name.length], [2, 0]);
    local.push(fields([4, 0x04034b50]), shared, sizes, name, packed);
    central.push(
      fields([4, 0x02014b50], [2, 20]),
      shared,
      sizes,
      fields([2, 0], [2, 0], [2, 0], [4, 0], [4, at]),
      name,
    );
    at += 30 + name.length + packed.length;
  }
  const directory = concat(central);
  const count = central.length / 5;
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, directory.length], [4, at], [2, 0]);
  return concat([...local, directory, end]);
}

/** Little-endian fields of [bytes, value] each. */
function fields(...parts: [2 | 4, number][]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap(([size, value]) => Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 255)),
  );
}

function concat(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
