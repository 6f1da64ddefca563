/**
 * Runs `work` and prints one line with its title and how long it took; what `work` returns, if it is a string, is
 * added. A line for work that fails says so and the error goes on to the caller.
 */
export async function step<T>(title: string, work: () => T | Promise<T>): Promise<T> {
  const live = process.stdout.isTTY;
  const begin = performance.now();
  const finish = (text: string) => {
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    process.stdout.write(`${live ? "\r" : ""}  ${title}${text} (${seconds} s)\n`);
  };
  if (live) process.stdout.write(`  ${title} ...`);
  try {
    const result = await work();
    finish(typeof result === "string" && result !== "" ? `: ${result}` : "");
    return result;
  } catch (error) {
    finish(": failed");
    throw error;
  }
}

/** Runs a command's `main`; an error becomes one sentence on standard error and exit status 1. */
export async function run(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
