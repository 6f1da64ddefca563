import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { provide } from "#env.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import type { EvaluatorProcess } from "#evaluator/testing/process.ts";
import { attackOn, linear, linearWeights, nudge, TINY } from "#evaluator/testing/tiny.ts";
import { artifactName } from "#store/artifact-folder.ts";
import { noS3Server, type S3Server, startS3Server } from "#store/testing/s3-server.ts";

describe.skipIf(noS3Server !== null)(
  `an evaluator that shares the database and the bucket, and no folder${noS3Server ? ` (${noS3Server})` : ""}`,
  { timeout: 120_000 },
  () => {
    let site: Installation;
    let server: S3Server;
    let evaluator: EvaluatorProcess;
    let elsewhere: string;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "gauntlet-s3-"));
      server = await startS3Server(folder);
      provide(server.variables);
      site = await openInstallation(TINY);
      elsewhere = join(site.folder, "elsewhere");
      await mkdir(elsewhere);
      evaluator = await site.startEvaluator({ variables: { GAUNTLET_STATE: elsewhere } });
    }, 120_000);
    afterAll(async () => {
      await site?.close();
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const log = () => readFile(join(site.folder, "evaluator.log"), "utf8");
    let made = 0;
    const submitDefense = () => {
      const seed = ++made;
      return site.submit("defense", { bytes: linear({ of: linearWeights(seed) }), name: `Linear ${seed}` });
    };
    const submitAttack = () => {
      const seed = ++made;
      return site.submit("attack", { bytes: attackOn((row, i) => nudge(row, seed, i)), name: `Nudge ${seed}` });
    };

    test("scores what is submitted, and keeps a cache of its own", async () => {
      const ids = [await submitDefense(), await submitAttack()];
      for (const id of ids) expect(await site.outcome(id)).toMatchObject({ state: "scored" });
      const defense = await site.db.defense.findUniqueOrThrow({ where: { id: ids[0]! } });
      expect(defense.faced).toBeGreaterThan(0);
      expect(await readdir(join(elsewhere, "artifact-cache"))).not.toEqual([]);
      expect(await readdir(join(server.objects, defense.modelSha.slice(0, 2)))).not.toEqual([]);
    });

    test("the store away: nothing is lost and nothing scored; back, and all is scored", async () => {
      const id = await submitDefense();
      const attack = await submitAttack();
      await server.stop();
      await expect
        .poll(log, { timeout: 60_000, interval: 200 })
        .toMatch(/StoreFault: the artifact store failed to (give|take)/);
      expect(await site.db.submission.count({ where: { id: { in: [id, attack] }, state: "failed" } })).toBe(0);
      await server.start();
      for (const one of [id, attack]) expect(await site.outcome(one, 90_000)).toMatchObject({ state: "scored" });
    });

    test("other bytes in the bucket: named, tried again, never scored; the right ones back, and it is", async () => {
      await evaluator.end("SIGTERM");
      const id = await submitAttack();
      const { uploadSha } = await site.db.submission.findUniqueOrThrow({ where: { id } });
      const object = join(server.objects, artifactName(uploadSha));
      const right = await readFile(object);
      const wrong = Buffer.from(right);
      wrong[wrong.length >> 1]! ^= 1;
      await writeFile(object, wrong);
      evaluator = await site.startEvaluator({ variables: { GAUNTLET_STATE: elsewhere } });
      await expect
        .poll(log, { timeout: 60_000, interval: 200 })
        .toContain(`DamagedArtifact: the artifact ${uploadSha}`);
      expect(await site.db.submission.findUniqueOrThrow({ where: { id } })).not.toMatchObject({ state: "scored" });
      await writeFile(object, right);
      expect(await site.outcome(id, 90_000)).toMatchObject({ state: "scored", problems: null });
    });
  },
);
