"use server";

import { revalidatePath } from "next/cache";
import { type Answer, answerOf, textOf } from "#data/action-answers.ts";
import { decideCorrection, UNDECIDED } from "#data/corrections.ts";
import { actingViewer } from "#data/session.ts";

export async function decideAction(_previous: Answer, form: FormData): Promise<Answer> {
  const acting = await actingViewer();
  if (!acting.ok) return answerOf(acting, form);
  const decision = textOf(form, "decision");
  const accepted = decision === "accept";
  if (!accepted && decision !== "decline") return answerOf(UNDECIDED, form);
  const outcome = await decideCorrection(acting.viewer, textOf(form, "id"), accepted, textOf(form, "reason"));
  if (outcome.ok) revalidatePath("/admin/corrections");
  return answerOf(outcome, form, accepted ? "Accepted." : "Declined.");
}
