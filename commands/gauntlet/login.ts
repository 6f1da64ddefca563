import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { Challenges } from "#commands/gauntlet/answers.ts";
import type { SiteOptions } from "#commands/gauntlet/challenge-commands.ts";
import { findCredentials, keepCredentials } from "#commands/gauntlet/credentials.ts";
import { Ended, EXIT } from "#commands/gauntlet/exit.ts";
import { Site } from "#commands/gauntlet/site.ts";
import { looksLikeToken } from "#data/tokens.ts";
import { provide } from "#env.ts";

/**
 * `gauntlet login`: reads an API token from standard input, or asks for it on a terminal without showing it; never from
 * the arguments, which every process of the machine can read. Keeps it once the site has taken it.
 */
export async function login({ site, json }: SiteOptions): Promise<void> {
  const { url } = findCredentials(site);
  const token = (process.stdin.isTTY ? await asked(url) : await text(process.stdin)).trim();
  if (!looksLikeToken(token))
    throw new Ended(
      EXIT.usage,
      "no-token",
      "This is not an API token: it begins with gtl_; Settings, API tokens makes one.",
    );
  provide({ GAUNTLET_TOKEN: token });
  await new Site(url).json("challenges", Challenges);
  const file = keepCredentials({ url, token });
  console.log(json ? JSON.stringify({ url, file }) : `Signed in to ${url}; kept in ${file}.`);
}

async function asked(url: string): Promise<string> {
  process.stderr.write(`API token for ${url} (Settings, API tokens): `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  const answer = await terminal.question("");
  terminal.close();
  process.stderr.write("\n");
  return answer;
}
