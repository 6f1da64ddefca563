import fs from "node:fs";

/** The float32 values of a file, in memory of their own. */
export function floatsOf(path: string): Float32Array {
  const bytes = fs.readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
