import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Accelerator } from "./accelerator.ts";
import { bundle, projectRoot } from "./bundle.ts";
import { type Basis, commandLine, findBasis } from "./command-line.ts";
import { elfThatCalls } from "./elf.ts";
import { removeInputs, stageBinary, stageInputs } from "./inputs.ts";
import { classify, type Limits, type SandboxOutcome } from "./outcome.ts";
import { hasEnded, reapSlot } from "./reaper.ts";
import { openRuns } from "./runs.ts";
import type { Sandbox, SandboxOptions, SandboxRun } from "./sandbox.ts";
import { seccompFilter } from "./seccomp.ts";
import { claimSlot, type Slot } from "./slots.ts";
import { removeUnused, stage, stagingFolder } from "./staging.ts";
import { supervise } from "./supervise.ts";
import { cureFor, SandboxUnavailable, SetupFailed } from "./unavailable.ts";

interface Opened {
  accelerator: Accelerator | undefined;
  basis: Basis;
  root: boolean;
  staging: string;
  filterFile: string;
  acceleratedFilterFile: string;
}

/** True once the first process inside has ended, and with it, by the kernel, everything in its pid namespace. */
async function gone(first: number): Promise<boolean> {
  for (let waited = 0; waited < 1_000; waited += 2) {
    if (hasEnded(first)) return true;
    await sleep(2);
  }
  return false;
}

async function runIn(slot: Slot, opened: Opened, run: SandboxRun): Promise<SandboxOutcome> {
  const isBinary = run.binary !== undefined;
  const accelerator = run.accelerated ? opened.accelerator : undefined;
  if (run.accelerated && !accelerator) throw new Error("an accelerated run in a sandbox without an accelerator");
  const filter = fs.openSync(accelerator ? opened.acceleratedFilterFile : opened.filterFile, "r");
  try {
    const payload = isBinary
      ? await stageBinary(run.binary!, slot)
      : await stage(run.script ?? (await bundle("evaluator/runner/main.ts")), opened.staging, opened.root);
    const inputs = await stageInputs(run.files, slot);
    const launch = { ...run, slot, inputs, payload, isBinary, ...(accelerator && { accelerator }) };
    const command = commandLine(opened.basis, launch);
    const seen = await supervise({ ...run, command, filter, speaks: !isBinary }).catch(async (fault: unknown) => {
      // Nobody has waited for the processes of a run that ended by a fault of ours.
      await reapSlot(slot);
      throw fault;
    });
    if (seen.first === null || !(await gone(seen.first))) await reapSlot(slot);
    const { wallMs, startMs, cpuMs, stderr } = seen;
    if (!seen.payloadEnded && !seen.stopped && seen.signal === null)
      throw new SetupFailed(`the sandbox could not be set up (exit ${seen.exitCode}): ${stderr.trim().slice(-500)}`);
    return { ...classify(seen, run.limits), wallMs, startMs, cpuMs, stderr };
  } finally {
    fs.closeSync(filter);
    await removeInputs(slot);
  }
}

const small: Limits = { cpuSeconds: 5, wallMs: 10_000, memoryBytes: 2 ** 28, outputBytes: 64, tmpBytes: 2 ** 20 };

/** Runs the smallest payload there is. Where only --disable-userns fails (/proc/sys read-only, as in containers) goes on without: the filter refuses new namespaces as well. */
async function firstRun(sandbox: Sandbox, opened: Opened): Promise<void> {
  const binary = path.join(opened.staging, `first-${process.pid}`);
  fs.writeFileSync(binary, elfThatCalls([{ call: "getpid" }]), { mode: 0o755 });
  try {
    await sandbox.run({ slot: 0, files: [], binary, limits: small, onOutput: () => {} });
  } catch (error) {
    if (!(error instanceof SetupFailed)) throw error;
    if (!opened.basis.canDisableUserns) throw new SandboxUnavailable(`${error.message}: ${cureFor(error.message)}`);
    opened.basis.canDisableUserns = false;
    await firstRun(sandbox, opened);
  } finally {
    fs.rmSync(binary, { force: true });
  }
}

function placeFilter(staging: string, name: string, bytes: Uint8Array): string {
  const file = path.join(staging, name);
  fs.writeFileSync(`${file}.${process.pid}`, bytes);
  fs.renameSync(`${file}.${process.pid}`, file);
  return file;
}

/** Opens the bubblewrap kind; see openSandbox. */
export async function openBubblewrap(options: SandboxOptions): Promise<Sandbox> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new SandboxUnavailable("the bubblewrap sandbox is for x86-64 Linux: use kind docker on this machine");
  const root = process.geteuid!() === 0;
  const state = path.resolve(options.stateFolder);
  const staging = await stagingFolder(state, root);
  await removeUnused(staging);
  const basis = await findBasis(projectRoot, (source) => stage(source, staging, root));
  const filterFile = placeFilter(staging, "seccomp.bpf", seccompFilter());
  const acceleratedFilterFile = placeFilter(staging, "seccomp-accelerated.bpf", seccompFilter({ accelerated: true }));
  const { accelerator } = options;
  const opened: Opened = { basis, root, staging, filterFile, acceleratedFilterFile, accelerator };

  const slots: Slot[] = [];
  const runs = openRuns(options.slots);
  const sandbox: Sandbox = {
    tier: "bubblewrap+seccomp+rlimits",
    slots: options.slots,
    run: (run) => runs.run(run.slot, run.signal, (signal) => runIn(slots[run.slot]!, opened, { ...run, signal })),
    async reap(index) {
      let count = 0;
      for (const slot of index === undefined ? slots : slots.slice(index, index + 1)) count += await reapSlot(slot);
      return count;
    },
    async close() {
      await runs.close();
      for (const slot of slots.splice(0)) {
        await reapSlot(slot);
        await fs.promises.rm(slot.folder, { recursive: true, force: true });
        slot.release();
      }
    },
  };
  try {
    for (let index = 0; index < options.slots; index++) slots.push(await claimSlot(index, state, staging, root));
    await sandbox.reap();
    await firstRun(sandbox, opened);
    return sandbox;
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}
