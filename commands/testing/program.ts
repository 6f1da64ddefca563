import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { checkout } from "#commands/checkout.ts";
import { childEnvironment } from "#env.ts";

/** What a program that has ended said. */
export interface Said {
  status: number | null;
  out: string;
  error: string;
}

/** Runs a program to its end without blocking this process, which may be the server that it talks to. */
export async function said(command: string, args: string[], variables: Record<string, string> = {}): Promise<Said> {
  const child = spawn(command, args, {
    ...{ cwd: checkout, env: childEnvironment(variables), stdio: ["ignore", "pipe", "pipe"] },
  });
  const [out, error, [status]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, "exit")]);
  return { status, out, error };
}

/** `npm run gauntlet -- <args>`. */
export function gauntlet(args: string[], variables: Record<string, string> = {}): Promise<Said> {
  return said(process.execPath, ["commands/gauntlet.ts", ...args], variables);
}
