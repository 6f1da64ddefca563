import type { Prisma, PrismaClient } from "#store/generated/client.ts";

/** The account of the house: baselines and house attacks are its. It has no password: nobody signs in as the house. */
const HOUSE = { handle: "gauntlet", name: "Gauntlet", email: "house@gauntlet.invalid", house: true };

/** The id of the house's account, which is made where there is none. */
export async function houseAccount(db: PrismaClient | Prisma.TransactionClient): Promise<string> {
  const where = { handle: HOUSE.handle };
  const house = await db.person.findUnique({ where, select: { id: true } });
  return (house ?? (await db.person.upsert({ where, create: HOUSE, update: {} }))).id;
}
