import "server-only";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

export interface NoticeRow {
  id: string;
  kind: string;
  text: string;
  href: string;
  at: Date;
  read: boolean;
}

/** The viewer's latest 100 notices, newest first: what happened to their entries while they were away. */
export async function noticesOf(viewer: Viewer): Promise<NoticeRow[]> {
  const rows = await database().notice.findMany({ where: { personId: viewer.id }, orderBy: { at: "desc" }, take: 100 });
  return rows.map(({ id, kind, text, href, at, readAt }) => {
    return { id: String(id), kind, text, href, at, read: readAt !== null };
  });
}

/** How many the viewer has not read. */
export async function unreadNotices(viewer: Viewer): Promise<number> {
  return database().notice.count({ where: { personId: viewer.id, readAt: null } });
}

/** Marks all of the viewer's notices as read. */
export async function readNotices(viewer: Viewer): Promise<void> {
  await database().notice.updateMany({ where: { personId: viewer.id, readAt: null }, data: { readAt: new Date() } });
}
