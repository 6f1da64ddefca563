"use server";

import { revalidatePath } from "next/cache";
import { textOf } from "#data/action-answers.ts";
import { actingViewer } from "#data/session.ts";
import { chooseRanked, withdraw } from "#data/submission-actions.ts";

export async function withdrawAction(form: FormData): Promise<void> {
  const acting = await actingViewer();
  if (acting.ok) await withdraw(acting.viewer, textOf(form, "id"));
  revalidatePath("/submissions", "layout");
}

export async function chooseAction(form: FormData): Promise<void> {
  const acting = await actingViewer();
  if (acting.ok) await chooseRanked(acting.viewer, textOf(form, "id"));
  revalidatePath("/submissions", "layout");
}
