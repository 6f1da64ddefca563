import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { type Postgres, PostgresInUse, runningPostgres, startPostgres } from "#commands/postgres.ts";
import { keep, makePrivateFolder } from "#commands/private-file.ts";
import { env, installationKey, provide } from "#env.ts";

const postgresFolder = (): string => join(env.stateFolder, "postgres");

/**
 * Makes the state folder and sees to it that this process and its children have the secrets: those given as variables,
 * else those kept in the folder, made on the first call. Sessions are signed with a key derived from the installation's
 * secret unless NEXTAUTH_SECRET is given.
 */
export function provideSecrets(): void {
  makePrivateFolder(env.stateFolder);
  const secret = () => keep(join(env.stateFolder, "secret"), () => randomBytes(32).toString("hex"));
  provide({ GAUNTLET_STATE: env.stateFolder, GAUNTLET_SECRET: env.GAUNTLET_SECRET ?? secret() });
  provide({
    NEXTAUTH_SECRET: env.NEXTAUTH_SECRET ?? installationKey("session key").export().toString("hex"),
    NEXTAUTH_URL: env.NEXTAUTH_URL ?? env.siteUrl,
  });
}

/**
 * Starts the embedded server and sets DATABASE_URL, unless that is given: then returns null.
 * Throws PostgresInUse where another process of this installation has it.
 */
export async function provideDatabase(): Promise<Postgres | null> {
  if (env.DATABASE_URL !== undefined) return null;
  const postgres = await startPostgres({ folder: postgresFolder() });
  provide({ DATABASE_URL: postgres.url });
  return postgres;
}

/**
 * Runs `work` with the installation's database: the one in DATABASE_URL, the embedded server where it runs, else the
 * embedded server for as long as `work` takes. The variables are set before `work` is called, so that what it imports
 * dynamically finds them.
 */
export async function withDatabase(work: (url: string) => Promise<void>): Promise<void> {
  provideSecrets();
  const running = env.DATABASE_URL === undefined ? runningPostgres(postgresFolder()) : null;
  if (running !== null) provide({ DATABASE_URL: running });
  const started = await provideDatabase().catch(explain);
  try {
    await work(env.DATABASE_URL ?? "");
  } finally {
    await started?.stop();
  }
}

function explain(error: unknown): never {
  if (error instanceof PostgresInUse)
    throw new Error(`Gauntlet (process ${error.pid}) is starting or stopping here; try again in a moment.`);
  throw error;
}
