import { buildSite, generateClient } from "#commands/build.ts";
import { provideSecrets } from "#commands/installation.ts";
import { applyMigrations } from "#commands/migrations.ts";
import { run, step } from "#commands/progress.ts";
import { databaseUrl } from "#env.ts";

/**
 * `npm run site [-- --build]`: the site alone, on a PostgreSQL of its own (DATABASE_URL), for a container: migrations,
 * queues, challenges, then the server in this process. Evaluators run elsewhere. `--build` ends after the build, so that
 * an image has it.
 */
await run(async () => {
  await step("Prisma client", generateClient);
  await step("Site", buildSite);
  if (process.argv.includes("--build")) return;
  provideSecrets();
  await step("Migrations", async () => (await applyMigrations(databaseUrl())).join(", ") || "none new");
  await step("Queues", async () => {
    const { createQueues, openBoss } = await import("#store/queue.ts");
    const boss = await openBoss({ supervise: false }).start();
    await createQueues(boss);
    await boss.stop();
  });
  const { addBundledChallenges } = await import("#commands/bundled-challenges.ts");
  await step("Challenges", addBundledChallenges);
  const { firstAdmin } = await import("#commands/first-admin.ts");
  console.log(await firstAdmin());
  await import("#commands/serve.ts");
});
