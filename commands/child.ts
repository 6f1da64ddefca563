import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { checkout } from "#commands/checkout.ts";
import { childEnvironment } from "#env.ts";

/** A program of ours that is started again whenever it dies, until `stop`. */
export type Child = {
  name: string;
  /** Process number of the one that runs now, or null while it is down. */
  pid(): number | null;
  /** SIGTERM, and SIGKILL where that does nothing for 15 s. Resolves when the process has ended. */
  stop(): Promise<void>;
};

/** What to run: a TypeScript file of the checkout, whose output goes to the end of `log`. */
export type Program = {
  name: string;
  file: string;
  log: string;
  variables?: Record<string, string>;
  /** Whether the start is over only when the program has sent the message `ready`. */
  saysReady: boolean;
  /** Called with a sentence when it died and when it is started again. */
  report(sentence: string): void;
};

const longestPause = 30_000;
const logLimit = 20 * 1024 * 1024;

/**
 * Starts `program` and resolves when it is ready. Throws, with the end of its log, when it ends before that. Later
 * deaths are reported and answered by a new start, after a pause that doubles up to 30 s and is short again once it has
 * run for a minute. The child has its own session, so that Ctrl-C reaches us alone.
 */
export async function superviseChild(program: Program): Promise<Child> {
  let stopping = false;
  let current = launch(program);
  if (program.saysReady) await firstReady(current, program);
  const watched = (async () => {
    for (let pause = 500; !stopping; pause = Math.min(pause * 2, longestPause)) {
      const begin = Date.now();
      const how = await end(current);
      if (stopping) return;
      if (Date.now() - begin > 60_000) pause = 500;
      const last = endOfLog(program, 1);
      program.report(`The ${program.name} died (${how}): ${last} It is started again; its log is ${program.log}.`);
      await sleep(pause);
      if (!stopping) current = launch(program);
    }
  })();
  return {
    name: program.name,
    pid: () => (current.exitCode === null && current.signalCode === null ? (current.pid ?? null) : null),
    stop: async () => {
      stopping = true;
      current.kill("SIGTERM");
      const force = setTimeout(() => current.kill("SIGKILL"), 15_000);
      await end(current);
      clearTimeout(force);
      await Promise.race([watched, sleep(0)]);
    },
  };
}

function launch(program: Program): ChildProcess {
  if ((statSync(program.log, { throwIfNoEntry: false })?.size ?? 0) > logLimit)
    renameSync(program.log, `${program.log}.1`);
  const log = openSync(program.log, "a", 0o600);
  const args = ["--import", join(checkout, "commands/leash.ts"), join(checkout, program.file)];
  const env = childEnvironment({ ...program.variables, NEXT_TELEMETRY_DISABLED: "1", ORT_DISABLE_TELEMETRY: "1" });
  const stdio = ["ignore", log, log, "ipc"] as const;
  const child = spawn(process.execPath, args, { cwd: checkout, env, stdio: [...stdio], detached: true });
  closeSync(log);
  return child;
}

function end(child: ChildProcess): Promise<string> {
  if (child.exitCode !== null || child.signalCode !== null)
    return Promise.resolve(`${child.signalCode ?? `exit status ${child.exitCode}`}`);
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `exit status ${code}`));
    child.once("error", (error) => resolve(error.message));
  });
}

async function firstReady(child: ChildProcess, program: Program): Promise<void> {
  const ready = new Promise<null>((resolve) =>
    child.on("message", (message) => {
      if (message === "ready") resolve(null);
    }),
  );
  const how = await Promise.race([ready, end(child)]);
  if (how === null) return;
  throw new Error(`The ${program.name} did not start (${how}). The end of ${program.log}:\n${endOfLog(program, 15)}`);
}

function endOfLog(program: Program, lines: number): string {
  return readFileSync(program.log, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
}
