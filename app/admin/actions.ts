"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { textOf } from "#data/action-answers.ts";
import { approve, setRole, suspend } from "#data/approvals.ts";
import { actingViewer } from "#data/session.ts";

export async function approveAction(form: FormData): Promise<void> {
  const acting = await actingViewer();
  if (acting.ok) await approve(acting.viewer, textOf(form, "id"));
  revalidatePath("/admin");
}

export async function suspendAction(form: FormData): Promise<void> {
  const acting = await actingViewer();
  if (acting.ok) await suspend(acting.viewer, textOf(form, "id"), textOf(form, "suspended") === "yes");
  revalidatePath("/admin");
}

export async function roleAction(form: FormData): Promise<void> {
  const acting = await actingViewer();
  const role = z.enum(["member", "organizer", "admin"]).safeParse(textOf(form, "role"));
  if (acting.ok && role.success) await setRole(acting.viewer, textOf(form, "id"), role.data);
  revalidatePath("/admin");
}
