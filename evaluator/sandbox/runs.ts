import { SandboxClosed } from "./unavailable.ts";

/** What runs in a sandbox's slots: one run at a time in each, and none once the sandbox is closed. */
export interface Runs {
  /**
   * Runs `use` as the one run of a slot; its signal aborts with `signal` and when the sandbox is closed. Throws for a busy
   * slot. Throws SandboxClosed, whatever `use` came to, where the sandbox was closed before its end: evaluations that wait for
   * a slot get one when another run is stopped, and what a stopped model had not answered is not its fault.
   */
  run<T>(slot: number, signal: AbortSignal | undefined, use: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Refuses runs from now on, stops those there are; resolves once they have ended. */
  close(): Promise<void>;
}

/** The runs of a sandbox with `slots` slots. */
export function openRuns(slots: number): Runs {
  const running = new Map<number, Promise<unknown>>();
  const closing = new AbortController();
  const refuseClosed = () => {
    if (closing.signal.aborted) throw new SandboxClosed("the sandbox is closed");
  };
  return {
    async run(slot, signal, use) {
      refuseClosed();
      if (!(slot < slots) || running.has(slot))
        throw new Error(`slot ${slot} ${slot < slots ? "is busy" : "does not exist"}`);
      const end = use(AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]));
      running.set(slot, end);
      try {
        return await end;
      } finally {
        running.delete(slot);
        refuseClosed();
      }
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running.values());
    },
  };
}
