import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHECKS_OF } from "#contest/flags.ts";
import { refreshBoards } from "#evaluator/boards.ts";
import { BUDGETS, type Context } from "#evaluator/context.ts";
import { runTier } from "#evaluator/run-tier.ts";
import { bundle } from "#evaluator/sandbox/bundle.ts";
import { openSandbox, type Sandbox } from "#evaluator/sandbox/sandbox.ts";
import { slotPool } from "#evaluator/slots.ts";
import { type Archive, admitted, openArchive } from "#evaluator/testing/archive.ts";
import { putBytes } from "#store/artifacts.ts";

const folder = mkdtempSync(join(tmpdir(), "gauntlet-dishonest-"));
let archive: Archive;
let sandbox: Sandbox;
beforeAll(async () => {
  archive = await openArchive();
  sandbox = await openSandbox({ slots: 1, stateFolder: folder });
});
afterAll(async () => {
  await sandbox?.close();
  await archive?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An evaluator whose runner was taken over. */
async function takenOver(): Promise<Context> {
  const script = await bundle("evaluator/testing/lying-runner.ts");
  const slots = slotPool(1);
  return {
    ...archive.context,
    ...{ slots, backgroundSlots: slots, budgets: BUDGETS, log: pino({ level: "silent" }), folder, provider: "cpu" },
    sandbox: { ...sandbox, run: (run) => sandbox.run({ ...run, script }) },
  };
}

test("a model whose process leaves a check out is disqualified, for the record with the lie, and never ranked", async () => {
  const { db } = archive;
  const challenge = await archive.challenge();
  const author = { personId: await archive.person("ann"), receivedAt: new Date() };
  const { id, standingBits } = await admitted(archive, challenge, { ...author, tier: "none" });
  // No point stands: there is nothing to attack, and the checks are all that runs.
  const fallen = { standing: 0, standingBits: new Uint8Array(standingBits!.length) };
  const { sha256: modelSha } = await putBytes(Buffer.from("a model"));
  await db.defense.update({ where: { id }, data: { ...fallen, modelSha, facts: FACTS } });
  await runTier(await takenOver(), challenge, id, "quick", { progress: () => {} });
  await refreshBoards(db, challenge.row.id);
  const lie = `check ${CHECKS_OF.quick[1]} where ${CHECKS_OF.quick[0]} was due`;
  const defense = await db.defense.findUniqueOrThrow({ where: { id }, include: { records: true } });
  expect(defense).toMatchObject({ disqualified: "dishonest-report", tier: "none", unranked: "disqualified" });
  const [flagged] = defense.records.filter(({ kind }) => kind === "flagged");
  expect(flagged!.detail).toEqual({ flag: "dishonest-report", lie });
});

/** What a model is, of which nothing matters here. */
const FACTS = {
  ...{ irVersion: 8, opsets: {}, ops: {}, nodes: 1, parameters: 1, inputName: "x", inputDims: [], inputType: "" },
  ...{
    outputType: "",
    layout: "",
    batch: 1,
    outputName: "y",
    randomOps: 0,
    mlOps: false,
    flopsPerExample: 1,
    bytes: 7,
  },
};
