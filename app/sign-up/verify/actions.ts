"use server";

import { redirect } from "next/navigation";
import { verifyEmail } from "#data/accounts.ts";
import { type Answer, answerOf, stranger, textOf } from "#data/action-answers.ts";

export async function verifyAction(_previous: Answer, form: FormData): Promise<Answer> {
  const sender = await stranger();
  const outcome = sender.ok ? await verifyEmail(textOf(form, "key")) : sender;
  if (!outcome.ok) return answerOf(outcome, form);
  redirect("/sign-in?note=verified");
}
