import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { killSandboxes, killWorkers, type Storm } from "#evaluator/sandbox/storm.ts";

/** A thousand kills of starting sandboxes, and of workers that start them: what goes on without its masters. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const kills = options.small ? 20 : 1000;
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-bench-"));
  try {
    const sandboxes = await killSandboxes(kills, 3, folder);
    const workers = await killWorkers(kills, 2, folder);
    publish("storm", began, HOW, [finding("sandboxes", sandboxes), finding("workers", workers)], options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const HOW =
  "SIGKILL to the outermost process of a sandbox that is starting (every fourth: an abort), and to a worker that has just started two; half of the kills within " +
  "30 ms of the start, half within 120 ms. Half a second later every process of the slot is looked at, then the reaper is let in. A stub is a bubblewrap that waits " +
  "for nobody: the reaper is there for it.";

function finding(what: string, { kills, hung, payloads, stubs, left }: Storm): Finding {
  return {
    what: `${kills} kills of ${what}`,
    measured: `${payloads} running payloads, ${hung} open promises, ${stubs} stubs; after the reaper ${left} processes`,
    target: "0 payloads, 0 promises, 0 processes",
    met: payloads + hung + left === 0,
  };
}
