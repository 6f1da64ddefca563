"use server";

import { redirect } from "next/navigation";
import { changePassword, resendVerification, saveProfile, signOutEverywhere } from "#data/accounts.ts";
import { type Answer, answerOf, textOf } from "#data/action-answers.ts";
import { actingViewer, endSession, startSession } from "#data/session.ts";

export async function profileAction(_previous: Answer, form: FormData): Promise<Answer> {
  const acting = await actingViewer();
  if (!acting.ok) return answerOf(acting, form);
  const fields = ["name", "affiliation", "website", "bio"].map((name) => [name, textOf(form, name)]);
  return answerOf(await saveProfile(acting.viewer, Object.fromEntries(fields)), form, "Saved.");
}

export async function passwordAction(_previous: Answer, form: FormData): Promise<Answer> {
  const acting = await actingViewer();
  if (!acting.ok) return answerOf(acting, form);
  const outcome = await changePassword(acting.viewer, textOf(form, "old"), textOf(form, "password"));
  if (!outcome.ok) return answerOf(outcome, form);
  await startSession(outcome.person);
  return answerOf(outcome, form, "The new password is set. Every other session has ended.");
}

export async function resendAction(_previous: Answer, form: FormData): Promise<Answer> {
  const acting = await actingViewer();
  const outcome = acting.ok ? await resendVerification(acting.viewer) : acting;
  return answerOf(outcome, form, "A new link is on its way.");
}

export async function signOutEverywhereAction(): Promise<void> {
  const acting = await actingViewer();
  if (!acting.ok) return;
  await signOutEverywhere(acting.viewer);
  await endSession();
  redirect("/sign-in");
}
