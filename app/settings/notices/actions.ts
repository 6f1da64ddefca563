"use server";

import { revalidatePath } from "next/cache";
import { readNotices } from "#data/notices.ts";
import { actingViewer } from "#data/session.ts";

export async function readAllAction(): Promise<void> {
  const acting = await actingViewer();
  if (acting.ok) await readNotices(acting.viewer);
  revalidatePath("/settings", "layout");
}
