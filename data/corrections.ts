import "server-only";
import { CorrectionForm, correctables, DecisionReason } from "#archive/correction.ts";
import { recordOf } from "#archive/records.ts";
import { runsTheSite } from "#data/approvals.ts";
import { problemsOf } from "#data/form-problems.ts";
import { log } from "#data/log.ts";
import { notFound, type Outcome, refuse } from "#data/outcome.ts";
import { limited } from "#data/rate-limits.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import type { Prisma } from "#store/generated/client.ts";

/** So many proposals of one person may wait to be decided. */
const MOST_WAITING = 20;
const MOST_SHOWN = 100;
const MOST_EXPORTED = 1000;

const WITH = {
  person: { select: { handle: true, name: true } },
  decisions: {
    orderBy: { id: "desc" },
    take: 20,
    select: { accepted: true, reason: true, at: true, person: { select: { handle: true, name: true } } },
  },
} satisfies Prisma.CorrectionInclude;
export type CorrectionRow = Prisma.CorrectionGetPayload<{ include: typeof WITH }>;

/** The corrections of a record that were accepted and that its file does not yet say, oldest first. */
export async function readCorrections(_viewer: Viewer | null, recordId: string): Promise<CorrectionRow[]> {
  return unsaid({ recordId }, MOST_SHOWN);
}

async function unsaid(of: Pick<Prisma.CorrectionWhereInput, "recordId">, take: number): Promise<CorrectionRow[]> {
  const orderBy = [{ decidedAt: "asc" as const }, { id: "asc" as const }];
  const rows = await database().correction.findMany({ where: { ...of, accepted: true }, orderBy, take, include: WITH });
  return rows.filter(({ recordId, field, says }) => {
    const record = recordOf(recordId);
    return record && correctables(record).find(({ value }) => value === field)?.says !== says;
  });
}

/** Accepted corrections of a record as JSON has them. */
export async function correctionsBeside(viewer: Viewer | null, recordId: string) {
  return (await readCorrections(viewer, recordId)).map(inJson);
}

/** All that `readCorrections` would read, of every record of the archive: the first thousand, with whose record it is. */
export async function allCorrectionsBeside(_viewer: Viewer | null) {
  return (await unsaid({}, MOST_EXPORTED)).map((row) => ({ id: row.recordId, ...inJson(row) }));
}

const inJson = ({ field, label, was, says, source, note, person, decisions, decidedAt }: CorrectionRow) => ({
  ...{ field, label, was, says, source, note, proposedBy: person.handle },
  ...{ acceptedBy: decisions[0]!.person.handle, reason: decisions[0]!.reason, acceptedAt: decidedAt!.toISOString() },
});

/** What the viewer has proposed on a record, latest first. */
export async function ownCorrections(viewer: Viewer, recordId: string): Promise<CorrectionRow[]> {
  const where = { recordId, personId: viewer.id };
  return database().correction.findMany({ where, orderBy: { createdAt: "desc" }, take: MOST_SHOWN, include: WITH });
}

/** Proposes what a record should say, with a source. It is shown to nobody but those who run the site until one accepts it. */
export async function proposeCorrection(viewer: Viewer, recordId: string, form: unknown): Promise<Outcome> {
  const record = recordOf(recordId);
  if (!record) return notFound("record");
  const parsed = CorrectionForm.safeParse(form);
  if (!parsed.success) return refuse(422, ...problemsOf(parsed.error));
  const { field, says, source, note } = parsed.data;
  const about = correctables(record).find(({ value }) => value === field);
  if (!about)
    return refuse(422, {
      code: "unknown-field",
      message: "The record has no such part.",
      where: "field",
      found: field,
    });
  if (about.says === says)
    return refuse(422, {
      code: "nothing-changes",
      message: "The record says that already.",
      where: "says",
      found: says.slice(0, 200),
    });
  const busy = await limited("correction", viewer.id);
  if (busy) return busy;
  const { label, says: was } = about;
  return database().$transaction(async (tx): Promise<Outcome> => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`correction:${viewer.id}`}, 0))`;
    const waiting = await tx.correction.findMany({ where: { personId: viewer.id, accepted: null } });
    if (waiting.length >= MOST_WAITING)
      return refuse(429, {
        ...{ code: "too-many-waiting", message: "Too many of your proposals wait to be looked at." },
        expected: `at most ${MOST_WAITING} at once`,
      });
    if (waiting.some((row) => row.recordId === recordId && row.field === field && row.says === says))
      return refuse(409, {
        code: "proposed-already",
        message: "You have proposed this already; it waits to be looked at.",
      });
    await tx.correction.create({ data: { recordId, field, label, was, says, source, note, personId: viewer.id } });
    return { ok: true };
  });
}

/** Proposals for those who run the site: those that wait, oldest first, and those last decided. Nothing for others. */
export async function listCorrections(
  viewer: Viewer | null,
): Promise<{ waiting: CorrectionRow[]; decided: CorrectionRow[] }> {
  if (!runsTheSite(viewer)) return { waiting: [], decided: [] };
  const read = (where: Prisma.CorrectionWhereInput, orderBy: Prisma.CorrectionOrderByWithRelationInput) =>
    database().correction.findMany({ where, orderBy, take: MOST_SHOWN, include: WITH });
  const [waiting, decided] = await Promise.all([
    read({ accepted: null }, { createdAt: "asc" }),
    read({ accepted: { not: null } }, { decidedAt: "desc" }),
  ]);
  return { waiting, decided };
}

/** The answer to a form without a decision. */
export const UNDECIDED = refuse(422, { code: "missing-field", message: "Accept or decline?", where: "decision" });

/** How many proposals wait, for those who run the site. */
export async function countWaitingCorrections(viewer: Viewer | null): Promise<number> {
  return runsTheSite(viewer) ? database().correction.count({ where: { accepted: null } }) : 0;
}

/**
 * Accepts or declines a proposal, with a reason that everybody reads; also one that was decided otherwise before. Every
 * decision stays on record, and whoever proposed it is told.
 */
export async function decideCorrection(viewer: Viewer, id: string, accepted: boolean, why: string): Promise<Outcome> {
  if (!runsTheSite(viewer)) return refuse(403, { code: "admins-only", message: "This is for organizers and admins." });
  const reason = DecisionReason.safeParse(why);
  if (!reason.success) return refuse(422, ...problemsOf(reason.error, "reason"));
  const at = new Date();
  const decided = await database().$transaction(async (tx) => {
    const { count } = await tx.correction.updateMany({
      where: { id, OR: [{ accepted: null }, { accepted: !accepted }] },
      data: { accepted, decidedAt: at },
    });
    if (count === 0) return null;
    await tx.correctionDecision.create({
      data: { correctionId: id, personId: viewer.id, accepted, reason: reason.data, at },
    });
    const { recordId, personId, label } = await tx.correction.findUniqueOrThrow({ where: { id } });
    const text = `Your correction of "${label.slice(0, 100)}" was ${accepted ? "accepted" : "declined"}: ${reason.data}`;
    if (personId !== viewer.id)
      await tx.notice.create({ data: { personId, kind: "correction", text, href: `/archive/${recordId}/correct` } });
    return recordId;
  });
  if (decided === null) return notFound("proposal that waits for this decision");
  log.info({ correction: id, record: decided, accepted, person: viewer.id }, "correction decided");
  return { ok: true };
}
