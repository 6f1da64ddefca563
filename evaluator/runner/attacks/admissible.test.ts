import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeRow } from "#contest/admissible.ts";
import { apgd } from "#evaluator/runner/attacks/apgd.ts";
import type { Attack } from "#evaluator/runner/attacks/attack.ts";
import { fab } from "#evaluator/runner/attacks/fab.ts";
import { fmn } from "#evaluator/runner/attacks/fmn.ts";
import { hopSkipJump } from "#evaluator/runner/attacks/hop-skip-jump.ts";
import { linearExact } from "#evaluator/runner/attacks/linear-exact.ts";
import { nes } from "#evaluator/runner/attacks/nes.ts";
import { noise } from "#evaluator/runner/attacks/noise.ts";
import { fgsm, pgd } from "#evaluator/runner/attacks/pgd.ts";
import { runAttack } from "#evaluator/runner/attacks/pool.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { rays } from "#evaluator/runner/attacks/rays.ts";
import { square } from "#evaluator/runner/attacks/square.ts";
import { anyArena, anyClean } from "#evaluator/runner/attacks/testing/arenas.ts";
import { oracleOf, randomLinear } from "#evaluator/runner/attacks/testing/toy-models.ts";
import { transfer } from "#evaluator/runner/attacks/transfer.ts";

const linear = (size: number) => randomLinear("admissible", size, 4);

const attacks: [string, (size: number) => Attack][] = [
  ["APGD", () => apgd({ loss: "margin", iterations: 8 })],
  ["APGD-T", () => apgd({ loss: "targeted-dlr", iterations: 6, targets: 2 })],
  ["PGD", () => pgd({ iterations: 4 })],
  ["FGSM", () => fgsm()],
  ["FAB", () => fab({ iterations: 6, targets: 2 })],
  ["FAB, minimising", () => fab({ iterations: 6, targets: 2, minimise: true })],
  ["FMN", () => fmn({ steps: 12 })],
  ["Square", () => square({ queries: 20 })],
  ["NES", () => nes({ steps: 3, pairs: 10 })],
  ["SPSA", () => nes({ estimator: "SPSA", steps: 3, pairs: 10 })],
  ["HopSkipJump", () => hopSkipJump({ steps: 2, firstDraws: 20 })],
  ["RayS", () => rays({ queries: 60 })],
  ["noise", () => noise({ draws: 30 })],
  ["transfer", () => transfer()],
  ["exact", (size) => linearExact(linear(size))],
];

const cases = anyArena.chain((arena) =>
  fc.record({
    arena: fc.constant(arena),
    cleans: fc.array(anyClean(arena), { minLength: 3, maxLength: 3 }),
    seed: fc.string(),
  }),
);

test.each(attacks)("every example that %s returns is admissible and fools the model, in any arena", async (_, make) => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(cases, async ({ arena, cleans, seed }) => {
      const model = linear(cleans[0]!.length);
      const attack = make(model.size);
      if (!attack.applies(arena)) return;
      const tasks = cleans.map((clean, point) => {
        const cleanLogits = Float32Array.from(model.scores(clean));
        const label = cleanLogits.indexOf(Math.max(...cleanLogits));
        const random = streamOf(seed, attack.name, point);
        return { point, clean, label, cleanLogits, arena, random, starts: cleans.slice(point + 1) };
      });
      const { settled } = await runAttack(attack, tasks, oracleOf(model, 8));
      for (const { outcome, point } of settled) {
        if (!outcome.example) continue;
        found++;
        const { clean, label } = tasks[point]!;
        const judged = Float32Array.from(outcome.example);
        expect(judgeRow(judged, clean, arena)).toMatchObject({ admissible: true });
        expect([...judged]).toEqual([...outcome.example]);
        const scores = Float32Array.from(model.scores(judged));
        expect(scores.indexOf(Math.max(...scores))).not.toBe(label);
      }
    }),
    { numRuns: 120 },
  );
  expect(found).toBeGreaterThan(5);
});
