import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { checkout } from "#commands/checkout.ts";
import type { Replayed } from "#commands/replay/corpus.ts";
import { getBit } from "#contest/bits.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";

const FILE = join(checkout, "golden/verdicts.json");
export const CHANGELOG = join(checkout, "CHANGELOG.md");

const Pinned = z.strictObject({
  evaluator: z.string(),
  cpu: z.string(),
  evaluations: z.array(z.strictObject({ evaluation: z.string(), model: z.string(), verdicts: z.base64() })),
});
export type Pinned = z.infer<typeof Pinned>;

/** The verdicts as they were when they were pinned, and where. */
export function readPinned(): Pinned {
  return Pinned.parse(JSON.parse(readFileSync(FILE, "utf8")));
}

/** Pins what came out, by this version of the evaluator on this machine. */
export function pin(evaluations: Replayed[]): void {
  const pinned: Pinned = { evaluator: EVALUATOR_VERSION, cpu: cpuName(), evaluations };
  writeFileSync(FILE, `${JSON.stringify(pinned, null, 2)}\n`);
}

export const cpuName = (): string => cpus()[0]?.model ?? process.arch;

/** What CHANGELOG.md must name for the pinned verdicts to be in force: 16 hexadecimal digits of a hash of them. */
export function digestOf({ evaluations }: Pinned): string {
  return createHash("sha256").update(JSON.stringify(evaluations)).digest("hex").slice(0, 16);
}

/** What moved, a line an evaluation: points whose verdict is another, a canonical form of other bytes, what came or went. */
export function movedSince({ evaluations }: Pinned, now: Replayed[]): { verdicts: number; lines: string[] } {
  const then = new Map(evaluations.map((each) => [each.evaluation, each]));
  const lines: string[] = [];
  let verdicts = 0;
  for (const { evaluation, model, verdicts: found } of now) {
    const before = then.get(evaluation);
    then.delete(evaluation);
    if (!before) lines.push(`${evaluation}: not among the pinned ones`);
    else {
      if (before.model !== model) lines.push(`${evaluation}: the model's canonical form has other bytes`);
      const points = differing(before.verdicts, found);
      verdicts += points.length;
      if (points.length > 0)
        lines.push(`${evaluation}: ${points.length} verdicts moved, at points ${points.join(", ")}`);
    }
  }
  for (const evaluation of then.keys()) lines.push(`${evaluation}: was not evaluated`);
  return { verdicts, lines };
}

function differing(then: string, now: string): number[] {
  const [a, b] = [Buffer.from(then, "base64"), Buffer.from(now, "base64")];
  const bits = 8 * Math.max(a.length, b.length);
  return Array.from({ length: bits }, (_, i) => i).filter((i) => getBit(a, i) !== getBit(b, i));
}
