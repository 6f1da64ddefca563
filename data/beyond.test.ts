import { afterAll, beforeAll, expect, test } from "vitest";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

test("the curve, corruptions and the holdout's whole percents are read as they were measured, and null before", async () => {
  const { db, people } = site;
  const { readBeyond } = await import("#data/beyond.ts");
  const { id: defenseId } = await addDefense(db, await addChallenge(db, people.organizer.id, 5), people.other.id, 4);
  expect(await readBeyond(null, defenseId)).toEqual({ curve: null, corruptions: null, holdout: null });
  const distances = new Uint8Array(
    Float32Array.of(0, 0.25, 0.5, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY).buffer,
  );
  const run = { attacked: 3, gradients: 1, forwards: 1, seconds: 1, ended: null, seed: "0", evaluatorVersion: "1" };
  await db.curve.create({ data: { defenseId, distances, ...run } });
  const corruptions = [{ name: "fog", right: 2, n: 4 }];
  const holdout = { holdoutN: 200, holdoutClean: 190, holdoutStanding: null };
  await db.beyond.create({ data: { defenseId, corruptions, corruptionSeed: "0", ...holdout, evaluatorVersion: "1" } });
  expect(await readBeyond(null, defenseId)).toEqual({
    curve: {
      steps: [
        { epsilon: 0, standing: 4 },
        // The last point fell to somebody within the challenge's radius, which the curve's own attack did not.
        { epsilon: Math.fround(0.1), standing: 3 },
        { epsilon: 0.25, standing: 2 },
        { epsilon: 0.5, standing: 1 },
      ],
      ended: null,
    },
    corruptions,
    holdout: { n: 200, clean: 0.95, standing: null },
  });
});
