import "server-only";
import { isOver, type LogLine, logOf, type Progress, progressOf } from "#data/submissions.ts";
import { watchSubmission } from "#store/changes.ts";
import { database } from "#store/database.ts";

/** What a submission's page hears: where it is, a line of its log, a sign of life, or that nothing more will come. */
export type Heard =
  | { event: "progress"; progress: Progress }
  | { event: "log"; line: LogLine }
  | { event: "heartbeat" }
  | { event: "end" };

/** Also how often the place in the queue is looked up: others' ends are not announced to those who wait. */
const HEARTBEAT_MS = 5_000;
/** An evaluator may announce progress many times a second; nobody reads faster than this. */
const SHORTEST_MS = 150;

/**
 * Follows a submission from log line `after` on until it is over or `signal` aborts. The caller has checked that the
 * viewer may see it. Changes are looked up, not carried: a missed or doubled notification loses and doubles nothing.
 */
export async function* followSubmission(id: string, after: bigint, signal: AbortSignal): AsyncGenerator<Heard> {
  const bell = alarm();
  const stop = watchSubmission(id, bell.ring);
  signal.addEventListener("abort", bell.ring);
  let last = after;
  let told = "";
  try {
    while (!signal.aborted) {
      const row = await database().submission.findUniqueOrThrow({ where: { id } });
      for (const line of await logOf(id, last)) {
        last = line.id;
        yield { event: "log", line };
      }
      const progress = await progressOf(row);
      const text = JSON.stringify(progress);
      if (text !== told) yield { event: "progress", progress };
      else yield { event: "heartbeat" };
      told = text;
      if (isOver(row.state)) return yield { event: "end" };
      await bell.wait(HEARTBEAT_MS);
      await new Promise((resolve) => setTimeout(resolve, SHORTEST_MS));
    }
  } finally {
    stop();
    signal.removeEventListener("abort", bell.ring);
  }
}

/** Rings are remembered: one that comes while nobody waits ends the next wait at once. */
function alarm(): { ring: () => void; wait: (ms: number) => Promise<void> } {
  let rung = false;
  let wake = () => {};
  return {
    ring: () => {
      rung = true;
      wake();
    },
    wait: async (ms) => {
      let timer: NodeJS.Timeout | undefined;
      if (!rung)
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, ms);
        });
      clearTimeout(timer);
      rung = false;
    },
  };
}
