"use server";

import { redirect } from "next/navigation";
import { resetPassword } from "#data/accounts.ts";
import { type Answer, answerOf, stranger, textOf } from "#data/action-answers.ts";

export async function resetAction(_previous: Answer, form: FormData): Promise<Answer> {
  const sender = await stranger();
  const outcome = sender.ok ? await resetPassword(textOf(form, "key"), textOf(form, "password")) : sender;
  if (!outcome.ok) return answerOf(outcome, form);
  redirect("/sign-in?note=reset");
}
