"use server";

import { revalidatePath } from "next/cache";
import { type Answer, answerOf, textOf } from "#data/action-answers.ts";
import { problemsOf } from "#data/form-problems.ts";
import { refuse } from "#data/outcome.ts";
import { actingViewer } from "#data/session.ts";
import { createToken, revokeToken, TokenForm } from "#data/tokens.ts";

export async function createTokenAction(_previous: Answer, form: FormData): Promise<Answer> {
  const acting = await actingViewer();
  if (!acting.ok) return answerOf(acting, form);
  const days = textOf(form, "days");
  const parsed = TokenForm.safeParse({
    name: textOf(form, "name"),
    scopes: form.getAll("scopes"),
    days: days === "" ? null : days,
  });
  if (!parsed.success) return answerOf(refuse(422, ...problemsOf(parsed.error)), form);
  const token = await createToken(acting.viewer.id, parsed.data);
  if (!token)
    return answerOf(refuse(409, { code: "too-many-tokens", message: "You have 50 tokens; revoke one first." }), form);
  revalidatePath("/settings/tokens");
  return { ...answerOf({ ok: true }, form, "Copy it now: it is not shown again."), secret: token };
}

export async function revokeTokenAction(form: FormData): Promise<void> {
  const acting = await actingViewer();
  if (acting.ok) await revokeToken(acting.viewer, textOf(form, "id"));
  revalidatePath("/settings/tokens");
}
