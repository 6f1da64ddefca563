import type { StageReport } from "#contest/gauntlet.ts";
import type { Found } from "#evaluator/house.ts";

/** The examples of the stage under way. */
export interface Gathered {
  add(row: number, bytes: Uint8Array): void;
  /** Gives what the stage found, and is empty for the next. */
  close(report: StageReport): Found;
}

/**
 * Gathers a stage's examples as a runner sends them: at most one for each of `points` inputs of `size` values, so that a
 * report cannot make the evaluator hold more than that. Both throw for what cannot be a stage's.
 */
export function gather(points: number, size: number): Gathered {
  const examples = new Map<number, Uint8Array>();
  return {
    add(row, bytes) {
      if (row >= points || examples.has(row)) throw new Error("an example for an input that was not under attack");
      if (bytes.length !== 4 * size) throw new Error("an example of another size than the inputs");
      examples.set(row, bytes);
    },
    close(report) {
      if (report.found !== examples.size) throw new Error("another number of examples than announced");
      const rows = Int32Array.from(examples.keys()).sort();
      const all = new Uint8Array(rows.length * 4 * size);
      for (const [place, row] of rows.entries()) all.set(examples.get(row)!, place * 4 * size);
      examples.clear();
      return { report, rows, examples: new Float32Array(all.buffer) };
    },
  };
}
