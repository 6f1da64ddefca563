import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PgBoss } from "pg-boss";
import { applyMigrations } from "#commands/migrations.ts";
import { type Postgres, startPostgres } from "#commands/postgres.ts";
import { freshDatabase } from "#commands/test-database.ts";
import { type SubmissionKind, TERMINAL_STATES } from "#contest/submission.ts";
import { provide } from "#env.ts";
import { type EvaluatorOptions, type EvaluatorProcess, launchEvaluator } from "#evaluator/testing/process.ts";
import { putBytes } from "#store/artifacts.ts";
import { addChallenge } from "#store/challenges.ts";
import { closeDatabase, database } from "#store/database.ts";
import type { Challenge, PrismaClient, Submission } from "#store/generated/client.ts";
import { createQueues, EVALUATE, enqueueSubmission, openBoss } from "#store/queue.ts";

/** What is submitted: the files, and what its form says beyond the name. */
export interface Upload {
  bytes: Uint8Array;
  side?: Uint8Array;
  name?: string;
  form?: Record<string, unknown>;
  person?: string;
  /** Default: the installation's first. */
  challengeId?: string;
}

/** An installation of its own for one test file: database, state folder, a challenge; no site. */
export interface Installation {
  db: PrismaClient;
  boss: PgBoss;
  folder: string;
  challenge: Challenge;
  /** The server, where the installation has its own and may crash it. */
  postgres: Postgres | null;
  /** Loads another challenge; resolves to its id. */
  addChallenge(folder: string): Promise<string>;
  /** One on another machine, as far as its state folder goes, where one is running already. */
  startEvaluator(options?: Partial<EvaluatorOptions>): Promise<EvaluatorProcess>;
  person(handle: string): Promise<string>;
  /** Stores the files and enqueues the submission in the transaction that creates it, as an upload to the site does. */
  submit(kind: SubmissionKind, upload: Upload): Promise<string>;
  /** The submission at its end. Throws, with where it stands and the end of the log, when that takes longer. */
  outcome(id: string, withinMs?: number): Promise<Submission>;
  /** Resolves once every defense that it can be run on has been through the whole gauntlet and what is measured behind it. Throws, with the end of the log, after four minutes. */
  gauntlets(): Promise<void>;
  /** Kills the installation's own server without warning, as a power cut would, and starts it again. */
  crashPostgres(): Promise<void>;
  /** Jobs of submissions that wait, run or are to be tried again. */
  jobs(): Promise<number>;
  close(): Promise<void>;
}

const FORMS = {
  defense: { claim: 0.5, licence: "CC0-1.0", description: "" },
  attack: { description: "" },
};

/**
 * Makes an installation around the folder of one challenge. With `ownServer` it starts a PostgreSQL of its own, which
 * may be crashed and keeps what a crash must not lose.
 */
export async function openInstallation(
  challengeFolder: string,
  options: { ownServer?: boolean; secret?: string } = {},
): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-installation-"));
  const server = options.ownServer ? await startPostgres({ folder: join(folder, "postgres") }) : null;
  const fresh = server ? null : await freshDatabase();
  const url = server?.url ?? fresh!.url;
  if (server) await applyMigrations(url);
  const secret = options.secret ?? randomBytes(32).toString("hex");
  provide({ DATABASE_URL: url, GAUNTLET_STATE: join(folder, "state"), GAUNTLET_SECRET: secret, EVALUATOR_SLOTS: "2" });
  const challenge = await load(challengeFolder);
  const db = database();
  const boss = openBoss({ supervise: false });
  boss.on("error", () => {});
  await boss.start();
  await createQueues(boss);
  const log = join(folder, "evaluator.log");
  const evaluators: EvaluatorProcess[] = [];
  const installation: Installation = {
    ...{ db, boss, folder, challenge, postgres: server },
    addChallenge: async (another) => (await load(another)).id,
    async startEvaluator(given = {}) {
      const machine = evaluators.filter((other) => other.running()).length;
      const variables = { ...(machine > 0 && { GAUNTLET_STATE: anotherMachine(folder, machine) }), ...given.variables };
      const evaluator = await launchEvaluator({ log, ...given, variables: { LOG_LEVEL: "info", ...variables } });
      evaluators.push(evaluator);
      return evaluator;
    },
    async person(handle) {
      const row = { handle, name: handle, email: `${handle}@example.org`, emailVerifiedAt: new Date() };
      await db.person.createMany({ data: [row], skipDuplicates: true });
      return (await db.person.findUniqueOrThrow({ where: { handle } })).id;
    },
    async submit(kind, { bytes, side, name = "An entry", form, person = "ada", challengeId = challenge.id }) {
      const personId = await installation.person(person);
      const [upload, sideFile] = await Promise.all([putBytes(bytes), side && putBytes(side)]);
      return db.$transaction(async (tx) => {
        const { id } = await tx.submission.create({
          data: {
            ...{ kind, name, personId, challengeId, state: "queued" },
            form: { ...FORMS[kind], ...form },
            ...{ uploadSha: upload.sha256, uploadName: "upload", uploadBytes: upload.bytes, sideSha: sideFile?.sha256 },
          },
        });
        await enqueueSubmission(boss, tx, id);
        return id;
      });
    },
    async outcome(id, withinMs = 60_000) {
      for (const end = Date.now() + withinMs; ; await pause()) {
        const row = await db.submission.findUniqueOrThrow({ where: { id } });
        if (TERMINAL_STATES.includes(row.state)) return row;
        if (Date.now() > end) throw new Error(`still ${row.state} (${row.stage}):\n${endOf(log)}`);
      }
    },
    async gauntlets() {
      const lacks = [{ tier: { not: "full" as const } }, { curve: null }, { beyond: null }];
      const behind = { where: { disqualified: null, gauntletFault: null, OR: lacks } };
      for (const end = Date.now() + 240_000; (await db.defense.count(behind)) > 0; await pause())
        if (Date.now() > end) throw new Error(`still in the gauntlet:\n${endOf(log)}`);
    },
    async crashPostgres() {
      process.kill(installation.postgres!.pid, "SIGKILL");
      await installation.postgres!.exited;
      // Says that this process has the server running, which is over.
      rmSync(join(folder, "postgres", "owner"));
      installation.postgres = await startPostgres({ folder: join(folder, "postgres") });
    },
    async jobs() {
      const [{ count }] = await db.$queryRaw<[{ count: bigint }]>`
        SELECT count(*) FROM pgboss.job WHERE name = ${EVALUATE} AND state IN ('created', 'retry', 'active')`;
      return Number(count);
    },
    async close() {
      for (const evaluator of evaluators) await evaluator.end("SIGKILL");
      await boss.stop({ graceful: false }).catch(() => {});
      await closeDatabase();
      await server?.stop();
      await fresh?.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return installation;
}

/** A state folder as another machine has it: sandboxes of its own, and the installation's artifacts. */
function anotherMachine(folder: string, number: number): string {
  const state = join(folder, `state-${number}`);
  mkdirSync(state, { recursive: true });
  if (!existsSync(join(state, "artifacts"))) symlinkSync(join(folder, "state", "artifacts"), join(state, "artifacts"));
  return state;
}

async function load(folder: string): Promise<Challenge> {
  const added = await addChallenge(folder);
  if ("problems" in added) throw new Error(JSON.stringify(added.problems));
  return database().challenge.findUniqueOrThrow({ where: { slug: added.slug } });
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

function endOf(file: string): string {
  return readFileSync(file, "utf8").split("\n").slice(-12).join("\n");
}
