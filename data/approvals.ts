import "server-only";
import { boss } from "#data/boss.ts";
import { notFound, type Outcome, refuse } from "#data/outcome.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import type { Role } from "#store/generated/client.ts";
import { enqueueRefresh } from "#store/queue.ts";

/** Whether the viewer helps to run the site: sees its operations and approves people. */
export function runsTheSite(viewer: Viewer | null): viewer is Viewer {
  return viewer !== null && viewer.role !== "member";
}

export interface PersonRow {
  id: string;
  handle: string;
  name: string;
  email: string;
  role: Role;
  submissions: number;
  verified: boolean;
  suspended: boolean;
  createdAt: Date;
}

/** People whose address is not confirmed and whom nobody has approved (`waiting`), or everybody; newest first, 100. */
export async function listPeople(viewer: Viewer, show: "waiting" | "all", search = ""): Promise<PersonRow[]> {
  if (!runsTheSite(viewer)) return [];
  const contains = { contains: search.slice(0, 80), mode: "insensitive" as const };
  const rows = await database().person.findMany({
    where: {
      house: false,
      ...(show === "waiting" && { emailVerifiedAt: null, approvedAt: null, suspendedAt: null }),
      ...(search !== "" && { OR: [{ name: contains }, { email: contains }, { handle: contains }] }),
    },
    orderBy: { createdAt: "desc" },
    take: 100,
    include: { _count: { select: { submissions: true } } },
  });
  return rows.map((row) => ({
    ...{ id: row.id, handle: row.handle, name: row.name, email: row.email, role: row.role, createdAt: row.createdAt },
    submissions: row._count.submissions,
    verified: row.emailVerifiedAt !== null || row.approvedAt !== null,
    suspended: row.suspendedAt !== null,
  }));
}

const NOT_YOURS = refuse(403, { code: "admins-only", message: "This is for organizers and admins." });

/** Approves a person, whose entries may then be ranked. */
export async function approve(viewer: Viewer, personId: string): Promise<Outcome> {
  if (!runsTheSite(viewer)) return NOT_YOURS;
  const { count } = await database().person.updateMany({
    where: { id: personId, approvedAt: null },
    data: { approvedAt: new Date(), approvedById: viewer.id },
  });
  if (count === 0) return notFound("person");
  await refreshBoardsOf(personId);
  return { ok: true };
}

/** Bars a person from signing in and from the API, at once, or lets them in again. Admins only; never oneself. */
export async function suspend(viewer: Viewer, personId: string, suspended: boolean): Promise<Outcome> {
  if (viewer.role !== "admin" || viewer.id === personId) return NOT_YOURS;
  const suspendedAt = suspended ? new Date() : null;
  const data = { suspendedAt, sessionVersion: { increment: 1 } };
  const { count } = await database().person.updateMany({ where: { id: personId, house: false }, data });
  return count === 0 ? notFound("person") : { ok: true };
}

/** Gives a person a role. Admins only; never oneself, so that one admin always remains. */
export async function setRole(viewer: Viewer, personId: string, role: Role): Promise<Outcome> {
  if (viewer.role !== "admin" || viewer.id === personId) return NOT_YOURS;
  const { count } = await database().person.updateMany({ where: { id: personId, house: false }, data: { role } });
  return count === 0 ? notFound("person") : { ok: true };
}

/** A person who has become known changes who is ranked. Also called when an address is confirmed. */
export async function refreshBoardsOf(personId: string): Promise<void> {
  const challenges = await database().defense.groupBy({ by: ["challengeId"], where: { personId } });
  for (const { challengeId } of challenges) await enqueueRefresh(await boss(), challengeId);
}
