import { randomUUID } from "node:crypto";
import { Client } from "pg";

/** A database that exists until `drop`. */
export type TemporaryDatabase = { url: string; drop(): Promise<void> };

/**
 * Makes a database beside the one at `url`, empty or a copy of `template` (a name; nobody may be connected to it).
 * The user in `url` must be allowed to make databases. `drop` cuts whatever sessions are left in it.
 */
export async function temporaryDatabase(url: string, template?: string): Promise<TemporaryDatabase> {
  const name = `gauntlet_${randomUUID().replaceAll("-", "")}`;
  await execute(url, `CREATE DATABASE ${name}${template === undefined ? "" : ` TEMPLATE ${template}`}`);
  return { url: siblingUrl(url, name), drop: () => execute(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

/** The address of the database `name` on the server of `url`. */
export function siblingUrl(url: string, name: string): string {
  const sibling = new URL(url);
  sibling.pathname = `/${name}`;
  return sibling.href;
}

/** Runs one statement in a session of its own. */
export async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
