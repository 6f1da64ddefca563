import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshDatabase } from "#commands/test-database.ts";
import { getBit } from "#contest/bits.ts";
import { ChallengeFile } from "#contest/challenge.ts";
import { sampleChallenge } from "#contest/challenge-sample.ts";
import type { GauntletTier, HouseAttack, Stage } from "#contest/gauntlet.ts";
import type { ModelFacts } from "#contest/report.ts";
import { INVALID_OUTPUT, judge, NOT_ATTACKED } from "#contest/verdict.ts";
import { provide } from "#env.ts";
import { bytesOf } from "#evaluator/columns.ts";
import type { Context } from "#evaluator/context.ts";
import type { Measured } from "#evaluator/measure.ts";
import { type LoadedChallenge, loadChallenge } from "#evaluator/points.ts";
import { recordAdmission } from "#evaluator/record-admission.ts";
import { recordAttack } from "#evaluator/record-attack.ts";
import { recordStage } from "#evaluator/record-house.ts";
import { recordTier } from "#evaluator/record-tier.ts";
import { putBytes } from "#store/artifacts.ts";
import { closeDatabase, database } from "#store/database.ts";
import type { Attack, Defense, PrismaClient, Tier } from "#store/generated/client.ts";

/** Points of every challenge here. All are of class 1. */
export const POINTS = 21;
const SIZE = 4;

/** What the evaluator leaves behind, without a sandbox: measurements are made up, what follows from them is real. */
export interface Archive {
  db: PrismaClient;
  context: Context;
  challenge(over?: { holdout?: number; organizer?: string }): Promise<LoadedChallenge>;
  /** The id of a person with a verified address. */
  person(handle: string): Promise<string>;
  close(): Promise<void>;
}

/** An archive with a database and a state folder of its own for one test file. */
export async function openArchive(): Promise<Archive> {
  const { url, drop } = await freshDatabase();
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-archive-"));
  provide({ DATABASE_URL: url, GAUNTLET_STATE: folder });
  const db = database();
  const context = { db, cpu: "test", secret: Buffer.alloc(32, 7) } as Partial<Context> as Context;
  const archive: Archive = {
    db,
    context,
    async challenge({ holdout = 100, organizer = "organizer" } = {}) {
      const shas = await Promise.all(
        [new Float32Array(POINTS * SIZE), classOnes(POINTS), new Float32Array(holdout * SIZE), classOnes(holdout)].map(
          async (array) => (await putBytes(new Uint8Array(array.buffer))).sha256,
        ),
      );
      const file = ChallengeFile.parse(sampleChallenge());
      const count = await db.challenge.count();
      const row = await db.challenge.create({
        data: {
          ...{ slug: `challenge-${count}`, title: file.title, summary: file.summary, config: file, sha256: "0" },
          ...{ n: POINTS, classes: 3, grid: 255, norm: "Linf", epsilon: 8 / 255, opensAt: new Date(0) },
          ...{
            pointsSha: shas[0]!,
            labelsSha: shas[1]!,
            holdoutN: holdout,
            holdoutXSha: shas[2]!,
            holdoutYSha: shas[3]!,
          },
          organizerId: await archive.person(organizer),
        },
      });
      return loadChallenge(context, row);
    },
    async person(handle) {
      const data = { handle, name: handle, email: `${handle}@example.org`, emailVerifiedAt: new Date() };
      return (await db.person.upsert({ where: { handle }, create: data, update: {} })).id;
    },
    async close() {
      await closeDatabase();
      await drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return archive;
}

const classOnes = (n: number) => new Uint16Array(n).fill(1);
const shaOf = (text: string) => Buffer.from(text.padEnd(32, ".")).toString("hex").slice(0, 64);

function measured(answers: Uint16Array): Measured {
  const run = { ended: null, seconds: 0, seed: "0", ort: "test", provider: "test" };
  return { answers, crashed: 0, unstable: null, faults: [], ...run };
}

let made = 0;

async function submission(
  { db }: Archive,
  challenge: LoadedChallenge,
  kind: "defense" | "attack",
  entry: { personId: string; receivedAt: Date; origin?: "person" | "baseline"; form?: object },
) {
  const upload = { uploadSha: "0", uploadName: "upload", uploadBytes: 1 };
  const row = { kind, challengeId: challenge.row.id, name: `${kind} ${++made}`, form: {}, ...upload, ...entry };
  return db.submission.create({ data: row });
}

export interface DefenseEntry {
  personId: string;
  receivedAt: Date;
  origin?: "person" | "baseline";
  claim?: number;
  /** Points that it answers wrongly when clean, and how many of the holdout it answers rightly (default: all). */
  wrong?: number[];
  holdoutRight?: number;
  tier?: Tier;
}

/** Admits a defense by what it answered. */
export async function admitted(archive: Archive, challenge: LoadedChallenge, entry: DefenseEntry): Promise<Defense> {
  const { claim = 0, wrong = [], holdoutRight, tier = "full", ...author } = entry;
  const row = await submission(archive, challenge, "defense", { ...author, form: { claim, licence: "MIT" } });
  const answers = Uint16Array.from({ length: POINTS + challenge.row.holdoutN }, (_, i) =>
    i < POINTS ? (wrong.includes(i) ? 0 : 1) : i - POINTS < (holdoutRight ?? Number.POSITIVE_INFINITY) ? 1 : 2,
  );
  const admission = { facts: { randomOps: 0 } as ModelFacts, modelSha: shaOf(row.id), measured: measured(answers) };
  await recordAdmission(archive.context, challenge, row, admission);
  // As if it had been through the gauntlet, which took nothing.
  if (tier !== "none") await recordTier(archive.context, challenge, row.id, tier);
  return archive.db.defense.findUniqueOrThrow({ where: { id: row.id } });
}

/** Archives an attack: by point, the pixels (in grid steps) of its row. */
export async function archived(
  archive: Archive,
  challenge: LoadedChallenge,
  entry: { personId: string; receivedAt: Date; queries?: number },
  rows: Map<number, number[]>,
): Promise<Attack> {
  const { queries, ...author } = entry;
  const { id, name, challengeId } = await submission(archive, challenge, "attack", author);
  const points = [...rows.keys()].sort((a, b) => a - b);
  const x = Float32Array.from(points.flatMap((point) => rows.get(point)!.map((step) => step / 255)));
  const { sha256 } = await putBytes(new Uint8Array(x.buffer));
  return archive.db.attack.create({
    data: {
      ...{ id, name, challengeId, ...author, queries, examplesSha: sha256, points: bytesOf(Uint32Array.from(points)) },
      ...{ rows: points.length, submittedRows: points.length, rowFaults: {}, distances: {} },
    },
  });
}

/** Records what the defense answered to the attack: wrongly at the points of `broken`, or not at all at each third. */
export function faced(
  { context }: Archive,
  challenge: LoadedChallenge,
  defense: Defense,
  attack: Attack,
  broken: Set<number>,
): Promise<void> {
  const answers = new Uint16Array(POINTS).fill(NOT_ATTACKED);
  for (const point of new Uint32Array(new Uint8Array(attack.points).buffer))
    answers[point] = !broken.has(point) ? 1 : point % 3 === 0 ? INVALID_OUTPUT : 2;
  const judged = judge(answers, challenge.labels, (point) => getBit(defense.cleanBits!, point));
  return recordAttack(context, challenge, { defense, attack, answers, judged, measured: measured(answers) });
}

/** Records a stage of the gauntlet, `attack` of the quick tier, that broke the points of `broken` at `queries` queries a point. */
export async function housed(
  { context }: Archive,
  challenge: LoadedChallenge,
  defense: Defense,
  { attack, tier = "quick", broken, queries = 10, seconds = 0 }: HouseEntry,
): Promise<void> {
  const points = [...broken].sort((a, b) => a - b);
  const stage: Stage = { id: `${tier}/${attack}`, attack, variant: "exact", iterations: 1, targets: 0 };
  const report = { stage, attacked: POINTS, found: points.length, seconds, ort: "test" };
  await recordStage(context, challenge, defense, {
    report: { ...report, gradients: POINTS, forwards: POINTS * (queries - 1) },
    rows: Int32Array.from(points),
    examples: new Float32Array(points.length * SIZE),
    judged: {
      places: points,
      examples: new Float32Array(points.length * SIZE),
      distances: points.map(() => ({ linf: 0, l2: 0, l1: 0, l0: 0 })),
      measured: points.length > 0 ? measured(new Uint16Array(points.length).fill(2)) : null,
    },
    ...{ points, seed: "0" },
  });
}

interface HouseEntry {
  attack: HouseAttack;
  tier?: GauntletTier;
  broken: number[];
  queries?: number;
  seconds?: number;
}
