import type { QueryAnswers } from "#contest/query.ts";
import type { RunContext } from "#evaluator/context.ts";
import { Desk, NotAnswered } from "#evaluator/queries/desk.ts";
import type { QuerySubject } from "#evaluator/queries/subject.ts";

export interface QueryPool {
  /** What the defense answers to rows [count, ...shape], `rowBytes` each. Rejects with NotAnswered, or with a fault of ours. */
  ask(subject: QuerySubject, rows: Uint8Array, count: number): Promise<QueryAnswers>;
  /** Models that are loaded. */
  warm(): number;
  close(): Promise<void>;
}

/** While others wait for a slot, a desk that has had one for so long gives it up after its question, ms. */
const TURN_MS = 2_000;
/** Idle models are unloaded after so long, ms. */
const IDLE_MS = 5 * 60_000;
/** Defenses that are asked at once, waiting ones included. */
const MOST_DESKS = 1_000;

/**
 * Keeps the models that were asked last loaded, one a slot. A defense that is asked takes a free slot, else that of the
 * model idle the longest; where none is idle, those that are asked take turns, so that slow models hold up only themselves.
 */
export function queryPool(context: RunContext, slots: number[]): QueryPool {
  const desks = new Map<string, Desk>();
  const free = [...slots];
  const queue: ((slot: number) => void)[] = [];
  let closed = false;

  const give = (slot: number) => {
    const next = queue.shift();
    if (next) next(slot);
    else free.push(slot);
  };
  const takeSlot = async (): Promise<number> => {
    const slot = free.pop();
    if (slot !== undefined) return slot;
    const idle = [...desks.values()].filter((desk) => desk.holdsSlot && !desk.serving);
    const oldest = idle.sort((a, b) => a.lastUsed - b.lastUsed)[0];
    if (oldest) return retire(oldest);
    return new Promise((resolve) => queue.push(resolve));
  };
  /** Ends an idle desk's runner; nobody else may take the desk for idle meanwhile. */
  const retire = async (desk: Desk): Promise<number> => {
    desk.serving = true;
    const slot = await desk.leave();
    desk.serving = false;
    if (desk.hasWaiting) void serve(desk);
    return slot;
  };
  const serve = async (desk: Desk): Promise<void> => {
    if (desk.serving) return;
    desk.serving = true;
    while (desk.hasWaiting && !closed) {
      if (!desk.holdsSlot) desk.take(await takeSlot());
      const since = Date.now();
      while (desk.hasWaiting && !closed && (queue.length === 0 || Date.now() - since < TURN_MS))
        await desk.answerNext();
      if (queue.length > 0) give(await desk.leave());
    }
    if (closed) desk.dismiss();
    desk.serving = false;
  };
  const sweep = setInterval(async () => {
    for (const [id, desk] of desks) {
      if (desk.serving || Date.now() - desk.lastUsed < IDLE_MS) continue;
      if (desk.holdsSlot) give(await retire(desk));
      if (!desk.serving) desks.delete(id);
    }
  }, 30_000).unref();

  return {
    ask(subject, rows, count) {
      // A model is one version of a defense for ever; a challenge's settings may change with its file.
      const key = JSON.stringify([subject.id, subject.modelSha, subject.draws, subject.scores]);
      let desk = desks.get(key);
      if (!desk) {
        if (closed || desks.size >= MOST_DESKS) return Promise.reject(new NotAnswered("queries-busy"));
        desk = new Desk(context, subject);
        desks.set(key, desk);
      }
      const answers = desk.enqueue(rows, count);
      void serve(desk);
      return answers;
    },
    warm: () => slots.length - free.length,
    async close() {
      closed = true;
      clearInterval(sweep);
      const idle = [...desks.values()].filter((desk) => desk.holdsSlot && !desk.serving);
      for (const desk of desks.values()) desk.dismiss();
      await Promise.all(idle.map((desk) => desk.leave()));
    },
  };
}
