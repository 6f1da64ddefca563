"use server";

import { redirect } from "next/navigation";
import { signUp } from "#data/accounts.ts";
import { type Answer, answerOf, stranger, textOf } from "#data/action-answers.ts";

export async function signUpAction(_previous: Answer, form: FormData): Promise<Answer> {
  const sender = await stranger();
  if (!sender.ok) return answerOf(sender, form);
  const person = { name: textOf(form, "name"), email: textOf(form, "email"), password: textOf(form, "password") };
  const outcome = await signUp(person, sender.address);
  if (!outcome.ok) return answerOf(outcome, form);
  redirect("/sign-in?note=made");
}
