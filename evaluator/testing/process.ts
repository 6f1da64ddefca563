import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { join } from "node:path";
import { childEnvironment } from "#env.ts";
import type { Budgets } from "#evaluator/context.ts";
import type { Host } from "#evaluator/testing/hosts.ts";

/** A running evaluator. */
export interface EvaluatorProcess {
  pid: number;
  running(): boolean;
  /** Sends a signal and waits for the end; resolves to how it ended. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | NodeJS.Signals>;
}

export interface EvaluatorOptions {
  budgets?: Partial<Budgets>;
  /** Over the environment of the test. */
  variables?: Record<string, string>;
  /** File that its log is appended to. */
  log: string;
  /** Where it runs, if not on this host. */
  host?: Pick<Host, "command" | "nodeOptions">;
}

/** Starts an evaluator as a process of its own and waits until it takes jobs. Throws when it ends before that. */
export async function launchEvaluator({
  budgets = {},
  variables = {},
  log,
  host = { command: [], nodeOptions: [] },
}: EvaluatorOptions): Promise<EvaluatorProcess> {
  const output = openSync(log, "a");
  const [program, ...before] = [...host.command, process.execPath, ...host.nodeOptions];
  const child = fork(join(import.meta.dirname, "evaluator.ts"), [JSON.stringify(budgets)], {
    env: childEnvironment({ ORT_DISABLE_TELEMETRY: "1", ...variables }),
    ...{ execPath: program!, execArgv: before },
    stdio: ["ignore", output, output, "ipc"],
  });
  const ready = await Promise.race([once(child, "message").then(() => true), once(child, "exit").then(() => false)]);
  if (!ready) throw new Error(`the evaluator did not start (${child.exitCode ?? child.signalCode}): see ${log}`);
  return {
    pid: child.pid!,
    running: () => child.exitCode === null && child.signalCode === null,
    end: (signal) => ended(child, signal),
  };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }
  return child.exitCode ?? child.signalCode!;
}
