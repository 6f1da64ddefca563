import { mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { Ended, EXIT } from "#commands/gauntlet/exit.ts";
import { readIfThere } from "#commands/private-file.ts";
import { env } from "#env.ts";

/** Where the site is and who calls it. */
export interface Credentials {
  /** Without a slash at the end. */
  url: string;
  token: string | null;
}

const Kept = z.object({ url: z.url({ protocol: /^https?$/ }), token: z.string().max(200).nullable() });
const DEFAULT_URL = "http://127.0.0.1:3000";

/** GAUNTLET_CREDENTIALS, or gauntlet/credentials.json among the person's settings; the Python client reads the same file. */
export function credentialsFile(): string {
  const settings = env.XDG_CONFIG_HOME ?? join(homedir(), ".config");
  return env.GAUNTLET_CREDENTIALS ?? join(settings, "gauntlet", "credentials.json");
}

/** The site: as given, else GAUNTLET_URL, else the one of `login`. A kept token is sent to the site that it was kept for only. */
export function findCredentials(given?: string): Credentials {
  const kept = readKept();
  const url = (given ?? env.GAUNTLET_URL ?? kept?.url ?? DEFAULT_URL).replace(/\/+$/, "");
  if (!z.url({ protocol: /^https?$/ }).safeParse(url).success)
    throw new Ended(EXIT.usage, "bad-address", `"${url}" is not the address of a site; expected https://...`);
  return { url, token: env.GAUNTLET_TOKEN ?? (kept?.url === url ? kept.token : null) };
}

/** Keeps site and token in a file that nobody else can read, not even for a moment. Gives its path. */
export function keepCredentials(credentials: Credentials): string {
  const path = credentialsFile();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(credentials)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(draft, path);
  return path;
}

function readKept(): Credentials | null {
  const path = credentialsFile();
  const text = readIfThere(path);
  if (text === null) return null;
  if ((statSync(path).mode & 0o077) !== 0)
    throw new Ended(
      EXIT.usage,
      "credentials-open",
      `${path} can be read by others: chmod 600 it, and make a new token.`,
    );
  const kept = Kept.safeParse(parsed(text));
  if (kept.success) return kept.data;
  throw new Ended(EXIT.usage, "credentials-damaged", `${path} is damaged; "gauntlet login" writes it anew.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
