import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openBubblewrap } from "./bubblewrap.ts";
import { bundle } from "./bundle.ts";
import { processesOf, reapSlot } from "./reaper.ts";
import { slotToken } from "./slots.ts";

/** What a storm of kills left behind; all but `kills` and `stubs` must be 0. */
export interface Storm {
  kills: number;
  /** runs whose promise was still open after 10 s (of a killed worker: none, its promises went with it) */
  hung: number;
  /** kills after which a payload was still there half a second later */
  payloads: number;
  /** kills after which an idle bubblewrap was still there: for the reaper */
  stubs: number;
  /** processes after the reaper */
  left: number;
}

const spinning = { cpuSeconds: 60, wallMs: 60_000, memoryBytes: 2 ** 28, outputBytes: 1_000, tmpBytes: 2 ** 20 };

/** Half of the kills come in the first 30 ms, while bubblewrap sets up; half in the first 120 ms, around the first word of the payload. */
const moment = (index: number) => Math.random() * (index % 2 === 0 ? 30 : 120);

function isPayload(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "latin1").startsWith("/app/");
  } catch {
    return false;
  }
}

/** Waits until the slot has no process that runs a payload, half a second at most; gives what is there then. */
async function settle(token: string): Promise<number[]> {
  for (let waited = 0; ; waited += 25) {
    const left = processesOf({ token, uid: null });
    if (waited >= 500 || !left.some(isPayload)) return left;
    await sleep(25);
  }
}

async function inParallel(
  count: number,
  lanes: number,
  trial: (lane: number, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (number: number) => {
    while (next < count) await trial(number, next++);
  };
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
}

/**
 * Kills the outermost process of a starting sandbox, by its pid alone (the worst case: what an out-of-memory killer does), and
 * every fourth time by an abort.
 */
export async function killSandboxes(count: number, lanes: number, stateFolder: string): Promise<Storm> {
  const storm: Storm = { kills: 0, hung: 0, payloads: 0, stubs: 0, left: 0 };
  const script = await bundle("evaluator/sandbox/probes/behaviours.ts");
  const sandbox = await openBubblewrap({ slots: lanes, stateFolder });
  await inParallel(count, lanes, async (slot, index) => {
    const token = slotToken(stateFolder, slot);
    const abort = new AbortController();
    const run = sandbox.run({
      slot,
      files: [],
      script,
      args: ["spin"],
      limits: spinning,
      signal: abort.signal,
      onOutput: () => {},
    });
    const ended = run.then(
      () => true,
      () => true,
    );
    await sleep(moment(index));
    const [outermost] = processesOf({ token, uid: null }).sort((a, b) => a - b);
    if (index % 4 === 3 || outermost === undefined) abort.abort();
    else process.kill(outermost, "SIGKILL");
    storm.kills++;
    if (!(await Promise.race([ended, sleep(10_000, false, { ref: false })]))) storm.hung++;
    const left = await settle(token);
    if (left.some(isPayload)) storm.payloads++;
    else if (left.length > 0) storm.stubs++;
    await sandbox.reap(slot);
    storm.left += processesOf({ token, uid: null }).length;
  });
  await sandbox.close();
  return storm;
}

/** Kills a worker that has just started two sandboxes, and then looks what goes on without it. */
export async function killWorkers(count: number, lanes: number, stateFolder: string): Promise<Storm> {
  const storm: Storm = { kills: 0, hung: 0, payloads: 0, stubs: 0, left: 0 };
  const script = await bundle("evaluator/sandbox/probes/behaviours.ts");
  await inParallel(count, lanes, async (lane, index) => {
    const state = path.join(stateFolder, `worker-${lane}`);
    const worker = spawn(process.execPath, [path.join(import.meta.dirname, "storm-worker.ts"), state, script], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [word] = await Promise.race([once(worker.stdout, "data"), once(worker, "exit")]);
    if (String(word) !== "open") throw new Error(`the worker did not open its slots: ${word}`);
    worker.stdin.write("x");
    await sleep(moment(index));
    worker.kill("SIGKILL");
    storm.kills++;
    await once(worker, "exit");
    const tokens = [slotToken(state, 0), slotToken(state, 1)];
    const left = (await Promise.all(tokens.map(settle))).flat();
    if (left.some(isPayload)) storm.payloads++;
    else if (left.length > 0) storm.stubs++;
    for (const token of tokens) {
      await reapSlot({ token, uid: null });
      storm.left += processesOf({ token, uid: null }).length;
    }
  });
  return storm;
}
