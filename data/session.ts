import "server-only";
import type { Viewer } from "#data/viewer.ts";

/** Who is looking; null for an anonymous visitor. */
export async function getViewer(): Promise<Viewer | null> {
  return null;
}
