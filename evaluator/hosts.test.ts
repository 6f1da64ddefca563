import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addHost, type Host, noHosts } from "#evaluator/testing/hosts.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import type { EvaluatorProcess } from "#evaluator/testing/process.ts";
import { attackOn, linear, linearWeights, nudge, TINY } from "#evaluator/testing/tiny.ts";
import { expectWhole } from "#evaluator/testing/whole.ts";

const MINUTE = 60_000;
/** From a fault to the next attempt at what it interrupted. */
const RECOVERY_MS = 30_000;
/** From there to the result, on a machine that has other things to do as well. */
const RESULT_MS = 90_000;
/** TCP asks a host that was cut off for a minute again after at most another. */
const BACK_MS = 180_000;

const why = noHosts();
const name = "evaluators on hosts of their own, with clocks seven minutes apart, on one database";

describe.skipIf(why !== null)(why === null ? name : `${name} (skipped: ${why})`, { timeout: 600_000 }, () => {
  let site: Installation;
  let slow: Host;
  let fast: Host;
  let one: EvaluatorProcess;
  let two: EvaluatorProcess;
  const startOn = async (host: Host) => {
    const variables = { DATABASE_URL: await host.databaseUrl(site.postgres!.url) };
    return site.startEvaluator({ host, variables });
  };

  beforeAll(async () => {
    slow = addHost({ aheadMs: -3 * MINUTE });
    fast = addHost({ aheadMs: 4 * MINUTE });
    site = await openInstallation(TINY, { ownServer: true });
    one = await startOn(slow);
    await allScored();
  }, 180_000);
  afterAll(async () => {
    await site?.close();
    for (const host of [slow, fast]) host?.remove();
  });

  let made = 0;
  function submit(kind: "defense" | "attack"): Promise<string> {
    const seed = ++made;
    const bytes = kind === "defense" ? linear({ of: linearWeights(seed) }) : attackOn((row, i) => nudge(row, seed, i));
    return site.submit(kind, { bytes, name: `Entry ${seed}` });
  }
  const submitSome = () => Promise.all((["defense", "attack", "attack"] as const).map(submit));

  async function allScored(): Promise<void> {
    for (const { id } of await site.db.submission.findMany())
      expect(await site.outcome(id, RESULT_MS)).toMatchObject({ state: "scored" });
  }

  async function begun(id: string): Promise<void> {
    const state = async () => (await site.db.submission.findUniqueOrThrow({ where: { id } })).state;
    await expect.poll(state, { interval: 5, timeout: 30_000 }).not.toBe("queued");
  }

  /** The database's time. */
  const now = async () => (await site.db.$queryRaw<[{ now: Date }]>`SELECT now()`)[0].now;

  const inHand = () => site.db.submission.findMany({ where: { state: { in: ["validating", "evaluating"] } } });

  /** Each of the submissions that were in somebody's hands at `since` went on, wherever it was, soon after. */
  async function expectResumed(interrupted: { id: string }[], since: Date): Promise<void> {
    expect(interrupted).not.toEqual([]);
    for (const { id: submissionId } of interrupted) {
      const where = { submissionId, at: { gt: since } };
      const next = await site.db.submissionEvent.findFirstOrThrow({ where, orderBy: { at: "asc" } });
      expect(next.at.getTime() - since.getTime()).toBeLessThan(RECOVERY_MS);
    }
  }

  test("one is cut off in the middle of its work: the other goes on with it, and when it is back nothing counts twice", async () => {
    const [first] = await submitSome();
    await begun(first!);
    slow.unplug();
    const [interrupted, since] = [await inHand(), await now()];
    two = await startOn(fast);
    await allScored();
    await expectResumed(interrupted, since);
    slow.plug();
    const alive = () => site.db.$queryRaw`SELECT 1 FROM "EvaluatorNode" WHERE "seenAt" > now() - interval '5 seconds'`;
    await expect.poll(async () => ((await alive()) as unknown[]).length, { timeout: BACK_MS }).toBe(2);
    expect(one.running()).toBe(true);
    await submitSome();
    await allScored();
    await expectWhole(site, RESULT_MS);
  });

  test("one is killed in the middle of its work", async () => {
    await Promise.all([submitSome(), submitSome()]);
    // More than one evaluator has slots for.
    await expect.poll(async () => (await inHand()).length, { interval: 5, timeout: 30_000 }).toBeGreaterThan(2);
    await one.end("SIGKILL");
    const [interrupted, since] = [await inHand(), await now()];
    await allScored();
    await expectResumed(interrupted, since);
    one = await startOn(slow);
    await expectWhole(site, RESULT_MS);
  });

  test("the database is restarted under both", async () => {
    const [first] = await submitSome();
    await begun(first!);
    await site.crashPostgres();
    await allScored();
    expect([one.running(), two.running()]).toEqual([true, true]);
    await expectWhole(site, RESULT_MS);
  });

  test("whatever their clocks say, the record has the database's time, and standings that only fall", async () => {
    const [ahead] = await site.db.$queryRaw<[{ records: bigint; evaluations: bigint; events: bigint; ends: bigint }]>`
      SELECT (SELECT count(*) FROM "HistoryRecord" WHERE "at" > now()) AS records,
        (SELECT count(*) FROM "Evaluation" WHERE "createdAt" > now()) AS evaluations,
        (SELECT count(*) FROM "SubmissionEvent" WHERE "at" > now()) AS events,
        (SELECT count(*) FROM "Submission" WHERE "finishedAt" > now() OR "finishedAt" < "startedAt" OR "startedAt" < "receivedAt") AS ends`;
    expect(ahead).toEqual({ records: 0n, evaluations: 0n, events: 0n, ends: 0n });
    for (const { id, standing } of await site.db.defense.findMany()) {
      const records = await site.db.historyRecord.findMany({
        where: { defenseId: id, kind: { in: ["admitted", "fell"] } },
        orderBy: [{ at: "asc" }, { id: "asc" }],
      });
      const standings = records.map(({ standingAfter }) => standingAfter!);
      expect(standings).toEqual(standings.toSorted((a, b) => b - a));
      expect(standings.at(-1)).toBe(standing);
    }
  });
});
