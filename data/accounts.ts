import "server-only";
import { z } from "zod";
import { Link, Name } from "#contest/challenge.ts";
import type { Problem } from "#contest/problem.ts";
import { refreshBoardsOf } from "#data/approvals.ts";
import { BAD_EMAIL, emailAddress } from "#data/email-address.ts";
import { problemsOf } from "#data/form-problems.ts";
import { mailWorks, sendMail } from "#data/mail.ts";
import { makeMailLink, takeMailLink } from "#data/mail-links.ts";
import { type Outcome, type Refused, refuse } from "#data/outcome.ts";
import { hashPassword, passwordMatches, passwordProblem } from "#data/passwords.ts";
import { makePerson } from "#data/people.ts";
import { forgive, limited } from "#data/rate-limits.ts";
import type { Viewer } from "#data/viewer.ts";
import { env } from "#env.ts";
import { database } from "#store/database.ts";
import type { Person } from "#store/generated/client.ts";

/**
 * Accounts. Nothing here tells a stranger whether an address has one: sign-up, reset and sign-in answer alike and work
 * alike hard in both cases.
 */

const WRONG: Refused = refuse(401, {
  code: "wrong-credentials",
  message: "This e-mail address and password do not belong together.",
});

/** Checks a password. `address` is the client's, for the rate limits. */
export async function signIn(
  form: { email: string; password: string },
  address: string,
): Promise<Outcome<{ person: Person }>> {
  const email = emailAddress(form.email);
  const account = `${email ?? "none"}`;
  const refused = (await limited("sign-in-address", address)) ?? (await limited("sign-in-account", account));
  if (refused) return refused;
  const person = email ? await database().person.findUnique({ where: { email } }) : null;
  if (!(await passwordMatches(person?.passwordHash ?? null, form.password)) || !person) return WRONG;
  await forgive("sign-in-account", account);
  if (person.suspendedAt)
    return refuse(403, { code: "suspended", message: "This account is suspended.", fix: "Write to the organizers." });
  return { ok: true, person };
}

/**
 * Makes an account, or, where the address has one, tells its owner by mail. The answer is the same: `ok` means that
 * an account with this address exists now.
 */
export async function signUp(
  form: { name: string; email: string; password: string },
  address: string,
): Promise<Outcome> {
  const name = Name.safeParse(form.name);
  const email = emailAddress(form.email);
  const problems: Problem[] = name.success ? [] : problemsOf(name.error, "name");
  if (!email) problems.push(BAD_EMAIL);
  const password = passwordProblem(form.password);
  if (password) problems.push(password);
  if (!name.success || !email || problems.length > 0) return refuse(422, ...problems);
  const refused = await limited("sign-up", address);
  if (refused) return refused;
  const person = await makePerson(database(), {
    name: name.data,
    email,
    passwordHash: await hashPassword(form.password),
  });
  if (!person)
    sendMail(
      email,
      "You have an account already",
      `Somebody, perhaps you, tried to sign up with this address at ${env.siteUrl}. It has an account already: sign in, or ask for a new password at ${env.siteUrl}/sign-in/forgot.`,
    );
  else if (mailWorks()) await sendVerification(person);
  return { ok: true };
}

async function sendVerification(person: Person): Promise<void> {
  const link = await makeMailLink(person.id, "verify");
  sendMail(
    person.email,
    "Confirm your e-mail address",
    `Welcome to Gauntlet, ${person.name}.\n\nConfirm your address within two days; until then your defenses are not ranked:\n${link}\n\nIf you did not sign up, ignore this mail.`,
  );
}

/** Sends the viewer the verification link again. */
export async function resendVerification(viewer: Viewer): Promise<Outcome> {
  const refused = await limited("mail", viewer.id);
  if (refused) return refused;
  const person = await database().person.findUniqueOrThrow({ where: { id: viewer.id } });
  if (mailWorks() && !person.emailVerifiedAt) await sendVerification(person);
  return { ok: true };
}

const DEAD_LINK: Refused = refuse(400, {
  code: "dead-link",
  message: "This link was used already, is too old, or is not complete.",
  fix: "Ask for a new one.",
});

/** Confirms an address by its link. */
export async function verifyEmail(key: string): Promise<Outcome> {
  const used = await takeMailLink(key, "verify");
  if (!used) return DEAD_LINK;
  await database().person.update({ where: { id: used.personId }, data: { emailVerifiedAt: new Date() } });
  await refreshBoardsOf(used.personId);
  return { ok: true };
}

/** Mails a reset link if the address has an account; the answer does not say. */
export async function requestReset(text: string, address: string): Promise<Outcome> {
  const email = emailAddress(text);
  if (!email) return refuse(422, BAD_EMAIL);
  const refused = (await limited("sign-up", address)) ?? (await limited("mail", email));
  if (refused) return refused;
  const person = await database().person.findUnique({ where: { email } });
  if (person && mailWorks()) {
    const link = await makeMailLink(person.id, "reset");
    sendMail(
      email,
      "A new password",
      `Set a new password for ${env.siteUrl} within the hour:\n${link}\n\nIf you did not ask for this, ignore this mail.`,
    );
  }
  return { ok: true };
}

/** Sets a new password by its link; every session and token of the person ends. Reading the mail also proves the address. */
export async function resetPassword(key: string, password: string): Promise<Outcome> {
  const problem = passwordProblem(password);
  if (problem) return refuse(422, problem);
  const used = await takeMailLink(key, "reset");
  if (!used) return DEAD_LINK;
  const now = new Date();
  const passwordHash = await hashPassword(password);
  await database().person.update({
    where: { id: used.personId },
    data: {
      ...{ passwordHash, emailVerifiedAt: now, sessionVersion: { increment: 1 } },
      tokens: { updateMany: { where: { revokedAt: null }, data: { revokedAt: now } } },
    },
  });
  return { ok: true };
}

/** Sets a new password for somebody who knows the old one (or has none yet); ends all sessions but the caller's next. */
export async function changePassword(
  viewer: Viewer,
  old: string,
  password: string,
): Promise<Outcome<{ person: Person }>> {
  const refused = await limited("sign-in-account", `change:${viewer.id}`);
  if (refused) return refused;
  const person = await database().person.findUniqueOrThrow({ where: { id: viewer.id } });
  if (person.passwordHash && !(await passwordMatches(person.passwordHash, old)))
    return refuse(422, { code: "wrong-password", message: "This is not your present password.", where: "old" });
  const problem = passwordProblem(password);
  if (problem) return refuse(422, problem);
  const passwordHash = await hashPassword(password);
  return {
    ok: true,
    person: await database().person.update({
      where: { id: viewer.id },
      data: { passwordHash, sessionVersion: { increment: 1 } },
    }),
  };
}

/** Ends every session of the viewer's. */
export async function signOutEverywhere(viewer: Viewer): Promise<void> {
  await database().person.update({ where: { id: viewer.id }, data: { sessionVersion: { increment: 1 } } });
}

export const ProfileForm = z.object({
  name: Name,
  affiliation: z.string().trim().max(120),
  website: z.union([z.literal(""), Link]),
  bio: z.string().trim().max(2000),
});
export type Profile = z.infer<typeof ProfileForm> & { email: string; hasPassword: boolean; github: boolean };

/** What the settings page shows of the viewer's own account. */
export async function ownProfile(viewer: Viewer): Promise<Profile> {
  const person = await database().person.findUniqueOrThrow({ where: { id: viewer.id } });
  const { name, affiliation, website, bio, email } = person;
  const hasPassword = person.passwordHash !== null;
  return { name, affiliation, website, bio, email, hasPassword, github: person.githubId !== null };
}

/** Saves the viewer's public profile. */
export async function saveProfile(viewer: Viewer, form: unknown): Promise<Outcome> {
  const parsed = ProfileForm.safeParse(form);
  if (!parsed.success) return refuse(422, ...problemsOf(parsed.error));
  await database().person.update({ where: { id: viewer.id }, data: parsed.data });
  return { ok: true };
}
