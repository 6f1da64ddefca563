"use server";

import { revalidatePath } from "next/cache";
import { type Answer, answerOf, textOf } from "#data/action-answers.ts";
import { proposeCorrection } from "#data/corrections.ts";
import { actingViewer } from "#data/session.ts";

export async function proposeAction(_previous: Answer, form: FormData): Promise<Answer> {
  const acting = await actingViewer();
  if (!acting.ok) return answerOf(acting, form);
  const fields = ["field", "says", "source", "note"].map((name) => [name, textOf(form, name)]);
  const record = textOf(form, "record");
  const outcome = await proposeCorrection(acting.viewer, record, Object.fromEntries(fields));
  if (outcome.ok) revalidatePath(`/archive/${record}/correct`);
  return answerOf(outcome, form, "Thank you. It waits below until somebody who runs the site has looked at it.");
}
