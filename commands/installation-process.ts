import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { childEnvironment } from "#env.ts";

/** An installation that runs in a process of its own, as by `npm start`, until `stop`. */
export type InstallationProcess = {
  /** Everything it printed until it was ready. */
  text: string;
  /** Ends it as Ctrl-C would; resolves when it has ended. */
  stop(): Promise<void>;
};

/**
 * Runs `command` (a start of Gauntlet) in `folder` with `variables` over this process's own; resolves when it says that
 * it is ready. Throws with its output when it ends before. With `echo` its output is shown as it comes.
 */
export async function startInstallation(options: {
  command: string[];
  folder: string;
  variables: Record<string, string>;
  echo: boolean;
}): Promise<InstallationProcess> {
  const [program, ...args] = options.command;
  const env = childEnvironment(options.variables);
  const child = spawn(program!, args, { cwd: options.folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  let text = "";
  const ready = new Promise<true>((resolve) => {
    const take = (chunk: Buffer) => {
      if (options.echo) process.stdout.write(chunk);
      text += chunk;
      if (/Ready: [\s\S]*Ctrl-C ends/.test(text)) resolve(true);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
  });
  if ((await Promise.race([ready, ended.then(() => false)])) === false)
    throw new Error(`The installation did not start:\n${text}`);
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { text, stop };
}

/**
 * Variables of an installation that is alone in the world: its own state folder, a port that was free a moment ago,
 * its own database server.
 */
export async function separateInstallation(
  stateFolder: string,
): Promise<Record<string, string> & { SITE_URL: string }> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  const site = { PORT: String(port), HOST: "127.0.0.1", SITE_URL: `http://127.0.0.1:${port}` };
  return { ...site, GAUNTLET_STATE: stateFolder, DATABASE_URL: "", NEXTAUTH_URL: "", LOG_LEVEL: "warn" };
}
