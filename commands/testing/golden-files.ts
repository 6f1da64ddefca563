import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeNpy } from "#arrays/npy.ts";
import { badArrays, GOLDEN_EXPECTED } from "#golden/arrays.ts";
import { badModels, GOLDEN_CHALLENGE } from "#golden/models.ts";
import { cleanPoints, rowCases } from "#golden/rows.ts";

/** Writes the golden cases below `folder` as files, for checkers that are not written in TypeScript; gives what must be said of each. */
export function goldenFiles(folder: string) {
  mkdirSync(folder, { recursive: true });
  let written = 0;
  const file = (bytes: Uint8Array, ending: string) => {
    const path = join(folder, `${written++}.${ending}`);
    writeFileSync(path, bytes);
    return path;
  };
  const arrays = Array.from(badArrays(), ({ bytes, ...expected }) => ({ ...expected, file: file(bytes, "npz") }));
  const models = Array.from(badModels(), ({ bytes, side, ...expected }) => {
    return { ...expected, file: file(bytes, "onnx"), side: side ? file(side, "data") : null };
  });
  const rows = [255, null].flatMap((grid) => {
    const points = cleanPoints(grid);
    const clean = file(writeNpy({ shape: [points.count, ...points.shape], data: points.x }), "npy");
    return rowCases(points).map(({ bytes, name, faults, outcome }) => {
      const about = { name: `${name}, grid ${grid}`, epsilon: points.epsilon, grid, clean };
      return { ...about, faults, outcome, file: file(bytes, "npz") };
    });
  });
  return { arrays: { ...GOLDEN_EXPECTED, cases: arrays }, models: { ...GOLDEN_CHALLENGE, cases: models }, rows };
}
