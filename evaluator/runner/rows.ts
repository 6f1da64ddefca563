import fs from "node:fs";

/** Rows [count, size] of float32 in a file, read when they are wanted: there may be a gigabyte of them. */
export interface RowFile {
  count: number;
  /** Rows from..from+count, at the beginning of `into`; in memory of their own without it. Throws where the file does not have them. */
  read(from: number, count: number, into?: Float32Array): Float32Array;
}

export function openRows(path: string, size: number): RowFile {
  const file = fs.openSync(path, "r");
  return {
    count: fs.fstatSync(file).size / (4 * size),
    read(from, count, into = new Float32Array(count * size)) {
      const bytes = new Uint8Array(into.buffer, into.byteOffset, 4 * count * size);
      for (let at = 0; at < bytes.length; ) {
        const read = fs.readSync(file, bytes, at, bytes.length - at, 4 * from * size + at);
        if (read === 0) throw new Error(`${path} ends early`);
        at += read;
      }
      return into;
    },
  };
}

/** All float32 of a file. */
export function floatsOf(path: string): Float32Array {
  const rows = openRows(path, 1);
  return rows.read(0, rows.count);
}
