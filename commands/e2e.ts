import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, packageProgram } from "#commands/checkout.ts";
import { requireChromium } from "#commands/chromium.ts";
import { run } from "#commands/progress.ts";
import { childEnvironment } from "#env.ts";

/**
 * `npm run e2e [-- <what playwright takes>]`: starts an installation as `npm start` does, on a free port with a
 * temporary state folder, lets playwright through it, ends it. The journeys find in their environment SITE_URL,
 * GAUNTLET_STATE, E2E_EMAIL and E2E_PASSWORD (the first admin's).
 */
async function main(): Promise<void> {
  const browser = requireChromium();
  const state = mkdtempSync(join(tmpdir(), "gauntlet-e2e-"));
  const port = String(await freePort());
  const site = { PORT: port, HOST: "127.0.0.1", SITE_URL: `http://127.0.0.1:${port}`, GAUNTLET_STATE: state };
  const variables: Record<string, string> = { ...site, DATABASE_URL: "", LOG_LEVEL: "warn" };
  const installation = await startInstallation(variables);
  try {
    const { email, password } = installation;
    Object.assign(variables, { E2E_EMAIL: email, E2E_PASSWORD: password, CHROMIUM: browser });
    const env = childEnvironment(variables);
    const args = ["test", ...process.argv.slice(2)];
    const playwright = spawn(packageProgram("playwright"), args, { cwd: checkout, env, stdio: "inherit" });
    const [code] = await once(playwright, "exit");
    process.exitCode = code ?? 1;
  } finally {
    await installation.stop();
    rmSync(state, { recursive: true, force: true });
  }
}

type Installation = { email: string; password: string; stop(): Promise<void> };

async function startInstallation(variables: Record<string, string>): Promise<Installation> {
  const env = childEnvironment(variables);
  const file = join(checkout, "commands/start.ts");
  const child = spawn(process.execPath, [file], { cwd: checkout, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  let text = "";
  const signIn = new Promise<RegExpMatchArray>((resolve) =>
    child.stdout.on("data", (chunk) => {
      process.stdout.write(chunk);
      text += chunk;
      const found = text.match(/Sign in as (\S+) with the password (\S+)[\s\S]*Ctrl-C ends/);
      if (found !== null) resolve(found);
    }),
  );
  const found = await Promise.race([signIn, ended.then(() => null)]);
  if (found === null) throw new Error("The installation for the browser journeys did not start.");
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
  };
  return { email: found[1] ?? "", password: found[2] ?? "", stop };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}

await run(main);
