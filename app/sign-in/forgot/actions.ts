"use server";

import { requestReset } from "#data/accounts.ts";
import { type Answer, answerOf, stranger, textOf } from "#data/action-answers.ts";

export async function requestResetAction(_previous: Answer, form: FormData): Promise<Answer> {
  const sender = await stranger();
  const outcome = sender.ok ? await requestReset(textOf(form, "email"), sender.address) : sender;
  return answerOf(
    outcome,
    form,
    "If the address has an account, a mail with a link is on its way. It works for one hour.",
  );
}
