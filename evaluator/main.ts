import { startEvaluator } from "#evaluator/start.ts";

/**
 * The evaluator: claims submissions from the queue, runs their files in the sandbox, judges, records. It holds the
 * installation's secret and opens nobody's file itself. Any number of evaluators may run, on any number of machines.
 */
const evaluator = await startEvaluator();
process.send?.("ready");

let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await evaluator.stop();
  process.exit(0);
}
process.on("SIGTERM", () => void stop());
process.on("SIGINT", () => void stop());
