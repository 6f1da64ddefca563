import type { Accelerator } from "./accelerator.ts";
import { openBubblewrap } from "./bubblewrap.ts";
import type { Conversation } from "./conversation.ts";
import { openDocker } from "./docker.ts";
import type { Limits, SandboxOutcome } from "./outcome.ts";
import { probeQuickly } from "./probes/suite.ts";
import { SandboxUnavailable } from "./unavailable.ts";

/** One run: one throw-away process. */
export interface SandboxRun {
  /** 0 to slots-1; one run at a time in each */
  slot: number;
  /** regular files of the host that appear read-only as /in/<name>; names of letters, digits, `.`, `_`, `-` */
  files: { name: string; source: string }[];
  args?: string[];
  /** host path of a bundle (bundle.ts) that keeps the protocol of runner/liveness.ts; default: the runner */
  script?: string;
  /** a static executable instead of Node, for raw probes; it keeps no protocol */
  binary?: string;
  limits: Limits;
  /** gives way to everything else on the machine */
  background?: boolean;
  /** in the tier with an accelerator: its device nodes and drivers show inside, and address space has no limit */
  accelerated?: boolean;
  /** bytes of the result channel (fd 3), never more than outputBytes in all; untrusted; and the payload's CPU time as last sampled */
  onOutput(chunk: Uint8Array, cpuMs: number | null): void;
  /** Called once the payload has spoken: it goes on for as long as it is talked to. */
  onConversation?(conversation: Conversation): void;
  signal?: AbortSignal;
}

/** Where untrusted code runs. */
export interface Sandbox {
  /** what holds it, for the record: `bubblewrap+seccomp+rlimits` */
  tier: string;
  slots: number;
  /**
   * Runs to the end, whatever that is; leaves no process behind. Throws only for faults of ours (a busy slot, no disk), and
   * SandboxClosed where `close` was called before the end.
   */
  run(run: SandboxRun): Promise<SandboxOutcome>;
  /** Ends leftovers of a slot, or of all; resolves to how many processes. Runs before a slot is first used, too. */
  reap(slot?: number): Promise<number>;
  /** Ends what runs, removes staged inputs, frees the slots. */
  close(): Promise<void>;
}

export interface SandboxOptions {
  slots: number;
  /** a folder of ours that outlives the process; the slots belong to it */
  stateFolder: string;
  kind?: "bubblewrap" | "docker";
  /** what accelerated runs are to see; without it there are none */
  accelerator?: Accelerator;
}

/** Opens the sandbox after a quick proof of its walls (probes/). Throws SandboxUnavailable, with the cure, when there is none to be had. */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = await (options.kind === "docker" ? openDocker(options) : openBubblewrap(options));
  try {
    const reached = (await probeQuickly(sandbox, 0, [options.stateFolder])).filter((probe) => probe.reached);
    if (reached.length === 0) return sandbox;
    const names = reached.map((probe) => probe.name).join(", ");
    throw new SandboxUnavailable(`the ${sandbox.tier} sandbox has holes (${names}): run no jobs here, and report this`);
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}
