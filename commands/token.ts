import { generateClient } from "#commands/build.ts";
import { withDatabase } from "#commands/installation.ts";
import { applyMigrations } from "#commands/migrations.ts";
import { run } from "#commands/progress.ts";

/** `npm run token -- <e-mail>`: prints an API token of that person, whose account is made if there is none. */
async function main(): Promise<void> {
  const email = process.argv[2];
  if (email === undefined) throw new Error("Usage: npm run token -- <e-mail>");
  await generateClient();
  await withDatabase(async (url) => {
    await applyMigrations(url);
    const { issueToken } = await import("#data/tokens.ts");
    const { closeDatabase } = await import("#store/database.ts");
    try {
      const { token, handle, created } = await issueToken(email);
      // The token alone on standard output, so that a script can take it: TOKEN=$(npm run -s token -- me@example.org)
      console.error(`A token of ${handle}${created ? " (account made now)" : ""}; it is shown this once:`);
      console.log(token);
    } finally {
      await closeDatabase();
    }
  });
}

await run(main);
