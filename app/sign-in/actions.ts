"use server";

import { redirect } from "next/navigation";
import { signIn } from "#data/accounts.ts";
import { type Answer, answerOf, stranger, textOf } from "#data/action-answers.ts";
import { localPath } from "#data/local-path.ts";
import { startSession } from "#data/session.ts";

export async function signInAction(_previous: Answer, form: FormData): Promise<Answer> {
  const sender = await stranger();
  if (!sender.ok) return answerOf(sender, form);
  const outcome = await signIn({ email: textOf(form, "email"), password: textOf(form, "password") }, sender.address);
  if (!outcome.ok) return answerOf(outcome, form);
  await startSession(outcome.person);
  redirect(localPath(textOf(form, "next")));
}
