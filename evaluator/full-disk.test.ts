import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import { attackOn, linear, linearWeights, nudge, TINY } from "#evaluator/testing/tiny.ts";
import { expectWhole } from "#evaluator/testing/whole.ts";
import { mountDisk, noDisk } from "#store/testing/small-disk.ts";

const about = noDisk === null ? "" : ` (skipped: ${noDisk})`;

describe.skipIf(noDisk !== null)(`an evaluator whose own disk is full${about}`, { timeout: 300_000 }, () => {
  let site: Installation;
  let disk: ReturnType<typeof mountDisk>;
  beforeAll(async () => {
    site = await openInstallation(TINY);
    const state = join(site.folder, "small");
    disk = mountDisk(state, 256);
    mkdirSync(join(site.folder, "state/artifacts"), { recursive: true });
    symlinkSync(join(site.folder, "state/artifacts"), join(state, "artifacts"));
    await site.startEvaluator({ variables: { GAUNTLET_STATE: state } });
    for (const { id } of await site.db.submission.findMany()) await site.outcome(id, 90_000);
    // A gauntlet that runs on takes room while the disk is filled, and gives it back under the test.
    await site.gauntlets();
  }, 360_000);
  afterAll(async () => {
    disk?.unmount();
    await site?.close();
  });

  test("fails aloud and scores nothing; once there is room again everything is scored", async () => {
    disk.fill();
    const ids = [
      await site.submit("defense", { bytes: linear({ of: linearWeights(5) }), name: "Linear 5" }),
      await site.submit("attack", { bytes: attackOn((row, i) => nudge(row, 5, i)), name: "Nudge 5" }),
    ];
    const log = () => readFileSync(join(site.folder, "evaluator.log"), "utf8");
    await expect.poll(log, { timeout: 60_000 }).toContain("ENOSPC");
    const states = await site.db.submission.findMany({ where: { id: { in: ids } }, select: { state: true } });
    for (const { state } of states) expect(["queued", "validating"]).toContain(state);
    expect(await site.db.defense.count({ where: { id: ids[0]! } })).toBe(0);
    disk.free();
    for (const id of ids) expect(await site.outcome(id, 120_000)).toMatchObject({ state: "scored" });
    await expectWhole(site, 90_000);
  });
});
