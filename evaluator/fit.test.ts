import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Survey } from "#contest/gauntlet.ts";
import { BUDGETS } from "#evaluator/context.ts";
import { estimateFull, fits } from "#evaluator/fit.ts";
import { type Archive, admitted, housed, openArchive, POINTS } from "#evaluator/testing/archive.ts";
import type { Prisma } from "#store/generated/client.ts";

let archive: Archive;
beforeAll(async () => {
  archive = await openArchive();
});
afterAll(() => archive?.close());

const nothing = { reason: "", missing: [], places: [], stops: [], headCut: [], randomOps: 0 };
const SURVEY = Survey.parse({ variants: ["exact"], ...nothing }) as Prisma.InputJsonValue;

/** A defense that has been through the quick tier, where a forward pass took `pace` seconds. */
async function quick(pace: number) {
  const challenge = await archive.challenge();
  const author = { personId: await archive.person("ann"), receivedAt: new Date() };
  const defense = await admitted(archive, challenge, { ...author, tier: "quick" });
  // A gradient and 97 forward passes a point: as many as 100 forward passes.
  await housed(archive, challenge, defense, {
    ...{ attack: "square", broken: [0], queries: 98, seconds: pace * POINTS * 100 },
  });
  const row = await archive.db.defense.update({ where: { id: defense.id }, data: { survey: SURVEY } });
  return { challenge, defense: row };
}

const context = () => ({ ...archive.context, budgets: BUDGETS, log: pino({ level: "silent" }) });

test("the full tier's cost follows from what the quick one took and from the points that stand", async () => {
  const { challenge, defense } = await quick(0.001);
  // 100 iterations of APGD-CE, at three forward passes a gradient.
  expect((await estimateFull(context(), challenge, defense))!.least).toBeCloseTo(300 * 0.001 * (POINTS - 1));
  expect(await fits(context(), challenge, defense)).toBe(true);
});

test("a model that cannot come to the end of the full tier is told so before it begins, and not ranked", async () => {
  const { challenge, defense } = await quick(6);
  expect(await fits(context(), challenge, defense)).toBe(false);
  const row = await archive.db.defense.findUniqueOrThrow({ where: { id: defense.id } });
  expect(row).toMatchObject({ tier: "quick", gauntletFault: "does-not-fit" });
  expect(Survey.parse(row.survey)).toMatchObject({ variants: ["exact"] });
});

test("where the quick tier tells nothing the full one is begun", async () => {
  const challenge = await archive.challenge();
  const author = { personId: await archive.person("ann"), receivedAt: new Date() };
  const defense = await admitted(archive, challenge, { ...author, tier: "quick" });
  expect(await estimateFull(context(), challenge, defense)).toBeNull();
  expect(await fits(context(), challenge, defense)).toBe(true);
});
