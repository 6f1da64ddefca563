import fs from "node:fs";

/** The float32 values of a file, in memory of their own: read straight into it, as there may be a gigabyte of them. */
export function floatsOf(path: string): Float32Array {
  const file = fs.openSync(path, "r");
  try {
    const bytes = new Uint8Array(fs.fstatSync(file).size);
    for (let at = 0; at < bytes.length; ) {
      const read = fs.readSync(file, bytes, at, bytes.length - at, at);
      if (read === 0) throw new Error(`${path} ends early`);
      at += read;
    }
    return new Float32Array(bytes.buffer);
  } finally {
    fs.closeSync(file);
  }
}
