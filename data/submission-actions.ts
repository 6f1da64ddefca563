import "server-only";
import { boss } from "#data/boss.ts";
import { notFound, type Outcome, refuse } from "#data/outcome.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import { enqueueRefresh } from "#store/queue.ts";

/** What stands in a record that a person made rather than an evaluator. */
const BY_A_PERSON = "by its author";

/**
 * Withdraws the viewer's defense or attack: it leaves the ranking and stays on record (rule 13). What a withdrawn
 * attack broke stays broken, and its author's credit with it.
 */
export async function withdraw(viewer: Viewer, id: string): Promise<Outcome> {
  const db = database();
  const row = await db.submission.findFirst({
    where: { id, personId: viewer.id },
    include: { defense: true, attack: true },
  });
  if (!row) return notFound("submission");
  const entry = row.defense ?? row.attack;
  if (!entry) return refuse(409, { code: "not-scored", message: "Only what has been scored can be withdrawn." });
  if (entry.withdrawnAt) return { ok: true };
  const at = new Date();
  const { challengeId } = row;
  const side = row.defense ? { defenseId: id } : { attackId: id };
  await db.$transaction(async (tx) => {
    if (row.defense)
      await tx.defense.update({ where: { id }, data: { withdrawnAt: at, unranked: "withdrawn", chosen: false } });
    else await tx.attack.update({ where: { id }, data: { withdrawnAt: at } });
    const written = { challengeId, ...side, evaluatorVersion: BY_A_PERSON, at };
    await tx.historyRecord.create({ data: { ...written, kind: "withdrawn" } });
    if (row.defense)
      await tx.historyRecord.create({ data: { ...written, kind: "ranked", detail: { unranked: "withdrawn" } } });
  });
  await enqueueRefresh(await boss(), challengeId);
  return { ok: true };
}

/** Makes the defense the one that its author has in the challenge's ranking (rule 8: one a person). */
export async function chooseRanked(viewer: Viewer, id: string): Promise<Outcome> {
  const db = database();
  const defense = await db.defense.findFirst({ where: { id, personId: viewer.id } });
  if (!defense) return notFound("defense");
  if (defense.withdrawnAt)
    return refuse(409, { code: "withdrawn", message: "A withdrawn defense cannot be ranked again." });
  const { challengeId } = defense;
  await db.$transaction(async (tx) => {
    await tx.defense.updateMany({
      where: { challengeId, personId: viewer.id, id: { not: id } },
      data: { chosen: false },
    });
    await tx.defense.update({ where: { id }, data: { chosen: true } });
    await tx.historyRecord.create({
      data: { kind: "chosen", challengeId, defenseId: id, evaluatorVersion: BY_A_PERSON },
    });
  });
  await enqueueRefresh(await boss(), challengeId);
  return { ok: true };
}
