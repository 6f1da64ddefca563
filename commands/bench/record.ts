import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { fillBoard } from "#commands/bench/apparatus/board-rows.ts";
import { type BenchOptions, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { applyMigrations } from "#commands/migrations.ts";
import { startPostgres } from "#commands/postgres.ts";

const WRITERS = 8;

/** What one kept evaluation weighs in PostgreSQL, and how many a second it takes: docs/scale.md reckons with both. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-record-"));
  const postgres = await startPostgres({ folder });
  try {
    await applyMigrations(postgres.url);
    const [defenses, attacks] = options.small ? [50, 4] : [500, 40];
    await fillBoard(postgres.url, defenses, attacks);
    const { bytes, indexBytes } = await weigh(postgres.url);
    const perSecond = await rate(postgres.url, defenses, options.small ? 1_000 : 10_000);
    const how = `${defenses} defenses that met ${attacks} attacks, ${defenses * attacks} evaluations with bits and answers as long as real ones for 1,000 points. Then ${WRITERS} connections, each a transaction at a time: an evaluation inserted, and its defense's standing updated, synced to the disk. Server and writers share the machine.`;
    publish(
      "record",
      began,
      how,
      [
        { what: "an evaluation in its table, with its TOAST", measured: `${Math.round(bytes - indexBytes)} bytes` },
        { what: "an evaluation in the indexes", measured: `${Math.round(indexBytes)} bytes` },
        { what: "evaluations recorded a second", measured: perSecond.toFixed(0) },
      ],
      options,
    );
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function weigh(url: string): Promise<{ bytes: number; indexBytes: number }> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ all: string; indexes: string; n: string }>(
      `SELECT pg_total_relation_size('"Evaluation"') AS all, pg_indexes_size('"Evaluation"') AS indexes,
              (SELECT count(*) FROM "Evaluation") AS n`,
    );
    const { all, indexes, n } = rows[0]!;
    return { bytes: Number(all) / Number(n), indexBytes: Number(indexes) / Number(n) };
  });
}

async function rate(url: string, defenses: number, ms: number): Promise<number> {
  const columns = await withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT quote_ident(column_name) AS name FROM information_schema.columns
       WHERE table_name = 'Evaluation' AND column_name NOT IN ('id', 'subject', 'defenseId')`,
    );
    return rows.map(({ name }) => name).join();
  });
  const end = Date.now() + ms;
  const written = await Promise.all(
    Array.from({ length: WRITERS }, (_, writer) =>
      withClient(url, async (client) => {
        for (let n = 0; ; n++) {
          if (Date.now() > end) return n;
          const defense = `d${1 + ((n * WRITERS + writer) % defenses)}`;
          await client.query("BEGIN");
          await client.query(
            `INSERT INTO "Evaluation" ("defenseId", "subject", ${columns})
             SELECT "defenseId", $2, ${columns} FROM "Evaluation" WHERE "defenseId" = $1 ORDER BY id LIMIT 1`,
            [defense, `bench ${writer} ${n}`],
          );
          await client.query(`UPDATE "Defense" SET faced = faced + 1 WHERE id = $1`, [defense]);
          await client.query("COMMIT");
        }
      }),
    ),
  );
  return (written.reduce((a, b) => a + b, 0) * 1000) / ms;
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
