import { spawnSync } from "node:child_process";
import { checkout } from "#commands/checkout.ts";
import { childEnvironment } from "#env.ts";

/** Runs a program in the checkout and gives the last line that it prints. Throws with the end of its complaints where it fails. */
export function lastLine(command: string, args: string[], variables: Record<string, string> = {}): string {
  const ran = spawnSync(command, args, {
    cwd: checkout,
    encoding: "utf8",
    env: childEnvironment(variables),
    maxBuffer: 2 ** 26,
  });
  if (ran.status !== 0) throw new Error(`${command} ${args[0]} failed: ${ran.stderr.slice(-2000)}`);
  return ran.stdout.trim().split("\n").at(-1) ?? "";
}
