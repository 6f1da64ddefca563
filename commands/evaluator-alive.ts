import { hostname } from "node:os";
import { Client } from "pg";
import { databaseUrl } from "#env.ts";

/** Ends with 0 where an evaluator of this host has told the database within half a minute that it lives: a health check. */
const client = new Client({ connectionString: databaseUrl(), connectionTimeoutMillis: 3_000 });
try {
  await client.connect();
  const { rowCount } = await client.query(
    `SELECT FROM "EvaluatorNode" WHERE host = $1 AND "seenAt" > now() - interval '30 seconds'`,
    [hostname()],
  );
  process.exitCode = rowCount === 0 ? 1 : 0;
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  await client.end().catch(() => {});
}
