import { resolve } from "node:path";
import { generateClient } from "#commands/build.ts";
import { withDatabase } from "#commands/installation.ts";
import { applyMigrations } from "#commands/migrations.ts";
import { run } from "#commands/progress.ts";

/** `npm run challenge -- add <folder>`: loads a challenge, or says line by line why it cannot be. */
async function main(): Promise<void> {
  const [verb, folder] = process.argv.slice(2);
  if (verb !== "add" || folder === undefined) throw new Error("Usage: npm run challenge -- add <folder>");
  await generateClient();
  await withDatabase(async (url) => {
    await applyMigrations(url);
    const { problemLines } = await import("#commands/bundled-challenges.ts");
    const { addChallenge } = await import("#store/challenges.ts");
    const { closeDatabase } = await import("#store/database.ts");
    const outcome = await addChallenge(resolve(folder)).finally(closeDatabase);
    if ("problems" in outcome) throw new Error(`${folder} is refused:\n${problemLines(outcome.problems)}`);
    console.log(`The challenge ${outcome.slug} is there.`);
  });
}

await run(main);
