import { crc32 } from "#arrays/crc32.ts";

/** One member as it is to be written, lies included: what is left out is what an honest archive would say. */
export interface ZipEntry {
  name: string;
  /** As they lie in the file: already deflated where `method` is 8. */
  data: Uint8Array;
  method?: number;
  flags?: number;
  crc?: number;
  size?: number;
  stored?: number;
  /** What the local header says instead. */
  local?: { name?: string; size?: number };
  /** Points the directory at this byte instead of writing a header and data. */
  header?: number;
}

/** A zip file of the entries, honest or not; with 65,535 members or more it has the 64-bit end that the format asks for. */
export function zipFile(entries: Iterable<ZipEntry>): Uint8Array<ArrayBuffer> {
  const out = new Bytes();
  const directory = new Bytes();
  let count = 0;
  for (const entry of entries) {
    const {
      name,
      data,
      method = 0,
      flags = 0,
      stored = data.length,
      size = data.length,
      crc = crc32(data),
      local,
    } = entry;
    const header = entry.header ?? out.length;
    if (entry.header === undefined) {
      const says = { name, size, ...local };
      out.u32(0x04034b50).u16(20, flags, method, 0, 0x21).u32(crc, stored, says.size).u16(says.name.length, 0);
      out.text(says.name).bytes(data);
    }
    directory.u32(0x02014b50).u16(20, 20, flags, method, 0, 0x21).u32(crc, stored, size).u16(name.length, 0, 0, 0, 0);
    directory.u32(0, header).text(name);
    count++;
  }
  const start = out.length;
  const length = directory.length;
  out.bytes(directory.whole());
  if (count >= 0xffff) {
    const end = out.length;
    out.u32(0x06064b50, 44, 0).u16(45, 45).u32(0, 0, count, 0, count, 0, length, 0, start, 0);
    out.u32(0x07064b50, 0, end, 0, 1);
  }
  const short = Math.min(count, 0xffff);
  return out.u32(0x06054b50).u16(0, 0, short, short).u32(length, start).u16(0).whole();
}

/** Bytes that grow, little-endian. */
class Bytes {
  private held = new Uint8Array(1024);
  length = 0;
  bytes(more: Uint8Array): this {
    if (this.length + more.length > this.held.length) {
      const grown = new Uint8Array(2 * (this.length + more.length));
      grown.set(this.held);
      this.held = grown;
    }
    this.held.set(more, this.length);
    this.length += more.length;
    return this;
  }
  u16(...values: number[]): this {
    return this.bytes(Uint8Array.from(values.flatMap((value) => [value & 255, (value >> 8) & 255])));
  }
  u32(...values: number[]): this {
    return this.u16(...values.flatMap((value) => [value & 0xffff, value >>> 16]));
  }
  text(text: string): this {
    return this.bytes(Uint8Array.from(text, (character) => character.charCodeAt(0)));
  }
  whole(): Uint8Array<ArrayBuffer> {
    return this.held.slice(0, this.length);
  }
}
