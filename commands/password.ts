import { randomBytes } from "node:crypto";
import { withDatabase } from "#commands/installation.ts";
import { run } from "#commands/progress.ts";

/** `npm run password -- <e-mail>`: gives an account a new password, prints it, ends its sessions. */
async function main(): Promise<void> {
  const email = process.argv[2];
  if (email === undefined) throw new Error("Usage: npm run password -- <e-mail>");
  await withDatabase(async () => {
    const { hashPassword } = await import("#data/passwords.ts");
    const { closeDatabase, database } = await import("#store/database.ts");
    const password = randomBytes(12).toString("base64url");
    const { count } = await database().person.updateMany({
      where: { email: email.toLowerCase(), house: false },
      data: { passwordHash: await hashPassword(password), sessionVersion: { increment: 1 } },
    });
    await closeDatabase();
    if (count === 0) throw new Error(`There is no account with the address ${email}.`);
    console.log(`The new password of ${email}: ${password}`);
  });
}

await run(main);
