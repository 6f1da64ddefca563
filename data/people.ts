import { randomInt } from "node:crypto";
import type { Viewer } from "#data/viewer.ts";
import type { Db } from "#store/database.ts";
import type { Person, Prisma } from "#store/generated/client.ts";

/** The viewer that a person is. */
export function viewerOf(person: Person): Viewer {
  const { id, handle, name, role } = person;
  return { id, handle, name, role, verified: person.emailVerifiedAt !== null || person.approvedAt !== null };
}

type NewPerson = Omit<Prisma.PersonCreateInput, "handle">;

/** Makes a person with a free handle derived from the name. Returns null when the e-mail address is taken. */
export async function makePerson(db: Db, person: NewPerson): Promise<Person | null> {
  const base = handleBase(person.name);
  for (let tries = 0; tries < 20; tries++) {
    const handle = tries === 0 ? base : `${base}-${randomInt(10 ** Math.min(2 + tries, 9))}`;
    const made = await db.person.createManyAndReturn({ data: [{ ...person, handle }], skipDuplicates: true });
    if (made[0]) return made[0];
    if (await db.person.findUnique({ where: { email: person.email } })) return null;
  }
  throw new Error("no free handle in 20 tries");
}

/** "Ada Lovelace" -> "ada-lovelace"; names without a Latin letter become "researcher". */
export function handleBase(name: string): string {
  const base = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 30)
    .replaceAll(/^-+|-+$/g, "");
  return base.length >= 2 ? base : "researcher";
}
