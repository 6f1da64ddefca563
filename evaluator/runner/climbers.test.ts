import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openClimber } from "#evaluator/runner/climbers.ts";
import { trace } from "#evaluator/runner/trace.ts";
import { admittedModel } from "#evaluator/runner/victim.ts";
import { LOSSES } from "#onnx/gradient.ts";

const shape = [3, 16, 16];
const task = { shape, classes: 10, provider: "cpu" as const };
const size = 3 * 16 * 16;
const BATCH = 8;
const FEW = 2;

async function open() {
  const file = join(import.meta.dirname, "../../onnx/families/vgg-ts17.onnx");
  const { model, facts } = admittedModel(task, readFileSync(file));
  const x = Float32Array.from({ length: (BATCH + 1) * size }, (_, i) => ((i * 7919) % 257) / 256);
  const at = (batch: number) => trace(model, facts, task, x.subarray(0, (batch + 1) * size), batch, () => ({}));
  const climber = await openClimber("exact", task, { model, facts, whole: await at(BATCH), few: await at(FEW) });
  const ask = async (rows: number, losses: Uint8Array) => {
    const labels = Int32Array.from({ length: BATCH }, (_, row) => row % 10);
    const asked = { labels, targets: labels.map((label) => (label + 1) % 10), losses };
    const { logits, loss, gradient } = await climber!.run(x.subarray(0, BATCH * size), rows, asked, () => ({}));
    return [logits.slice(0, (rows - 1) * 10), loss.slice(0, rows - 1), gradient.slice(0, (rows - 1) * size)];
  };
  return { ask, release: () => climber!.release() };
}

test.each([BATCH, FEW])(
  "of %i rows, all but the last are answered to the last bit as beside one of another loss",
  async (rows) => {
    const { ask, release } = await open();
    for (const code of LOSSES.keys()) {
      const same = new Uint8Array(BATCH).fill(code);
      const mixed = same.with(rows - 1, (code + 1) % LOSSES.length);
      const alone = await ask(rows, same);
      expect(alone).toEqual(await ask(rows, mixed));
      expect(alone[2]!.some((value) => value !== 0)).toBe(true);
    }
    await release();
  },
);
