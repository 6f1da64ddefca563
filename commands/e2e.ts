import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, packageProgram } from "#commands/checkout.ts";
import { requireChromium } from "#commands/chromium.ts";
import { separateInstallation, startInstallation } from "#commands/installation-process.ts";
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
  const variables: Record<string, string> = await separateInstallation(state);
  const command = [process.execPath, "commands/start.ts"];
  const installation = await startInstallation({ command, folder: checkout, variables, echo: true });
  try {
    const [, email = "", password = ""] = installation.text.match(/Sign in as (\S+) with the password (\S+)/) ?? [];
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

await run(main);
