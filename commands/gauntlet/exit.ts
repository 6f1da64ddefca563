import { CommanderError } from "commander";

/** What the exit status of `gauntlet` says. */
export const EXIT = { ok: 0, failed: 1, usage: 2, rejected: 3, signIn: 4, quota: 5 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** An end of the command with a reason in words and a status; `code` is stable, and what `--json` prints. */
export class Ended extends Error {
  readonly exit: Exit;
  readonly code: string;
  constructor(exit: Exit, code: string, message: string) {
    super(message);
    this.exit = exit;
    this.code = code;
  }
}

/**
 * Runs the command line. What goes wrong becomes a sentence on standard error and an exit status; with `--json` an object
 * with `error` on standard output too, so that a program reads one thing whatever happens.
 */
export async function ending(main: () => Promise<unknown>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has said its own by now.
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
      return;
    }
    const { exit, code, message } = error instanceof Ended ? error : unexpected(error);
    if (process.argv.includes("--json")) console.log(JSON.stringify({ error: { code, message } }));
    console.error(`\n${message}`);
    process.exitCode = exit;
  }
}

function unexpected(error: unknown): Ended {
  return new Ended(EXIT.failed, "failed", error instanceof Error ? error.message : String(error));
}
