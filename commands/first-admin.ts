import { randomBytes } from "node:crypto";
import { hashPassword } from "#data/passwords.ts";
import { makePerson } from "#data/people.ts";
import { database } from "#store/database.ts";

const email = "admin@localhost";

/**
 * Makes the first account, an admin with a password of 96 random bits, where there is no admin yet. Returns how to sign
 * in; the password is in that sentence this once and nowhere else.
 */
export async function firstAdmin(): Promise<string> {
  const db = database();
  const admins = await db.person.findMany({ where: { role: "admin", house: false }, orderBy: { createdAt: "asc" } });
  if (admins[0] !== undefined)
    return `Sign in as ${admins[0].email}. A forgotten password: npm run password -- ${admins[0].email}`;
  const password = randomBytes(12).toString("base64url");
  const now = new Date();
  const account = { email, name: "Organizer", role: "admin" as const, approvedAt: now, emailVerifiedAt: now };
  await makePerson(db, { ...account, passwordHash: await hashPassword(password) });
  return `Sign in as ${email} with the password ${password} (shown this once; change it under Settings).`;
}
