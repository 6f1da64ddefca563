import "server-only";
import { redirect } from "next/navigation";
import { getViewer } from "#data/session.ts";
import type { Viewer } from "#data/viewer.ts";

/** Who is looking at a page that is for those who are signed in; others go to sign in, and come back to `path`. */
export async function requireViewer(path: string): Promise<Viewer> {
  return (await getViewer()) ?? redirect(`/sign-in?next=${encodeURIComponent(path)}`);
}
