import { expect } from "vitest";
import { NOT_ATTACKED } from "#contest/verdict.ts";
import type { Installation } from "#evaluator/testing/installation.ts";
import { answersOf, pointsWithBit } from "#evaluator/testing/results.ts";
import { tinyPoints } from "#evaluator/testing/tiny.ts";

/**
 * Nothing of an installation with the tiny challenge is lost, there twice or stuck; and what its boards say is what its
 * evaluations say. Waits so long for jobs that the queue still has to take back.
 */
export async function expectWhole({ db, jobs }: Installation, withinMs: number): Promise<void> {
  const { y, n } = tinyPoints();
  expect(await db.submission.count({ where: { state: { not: "scored" } } })).toBe(0);
  // One killed between the result and the job's end leaves a job that the queue takes back after its heartbeat.
  await expect.poll(() => jobs(), { timeout: withinMs }).toBe(0);
  const [attacks, defenses] = [await db.attack.count(), await db.defense.findMany()];
  for (const defense of defenses) {
    const evaluations = await db.evaluation.findMany({ where: { defenseId: defense.id } });
    expect(new Set(evaluations.map(({ subject }) => subject)).size).toBe(evaluations.length);
    expect(evaluations.filter(({ kind }) => kind !== "house").length).toBe(attacks + 2);
    const fallen = new Set(
      evaluations
        .filter(({ kind }) => kind !== "holdout")
        .flatMap((evaluation) => answersOf(evaluation).map((answer, i) => (isWrong(answer, y[i]!) ? i : -1))),
    );
    expect(pointsWithBit(defense.standingBits!, n)).toEqual(
      Array.from({ length: n }, (_, i) => i).filter((i) => !fallen.has(i)),
    );
    expect(defense).toMatchObject({ faced: attacks, standing: n - [...fallen].filter((i) => i >= 0).length });
  }
  for (const attack of await db.attack.findMany()) expect(attack.met).toBe(defenses.length);
}

const isWrong = (answer: number, label: number) => answer !== NOT_ATTACKED && answer !== label;
