import { generateClient } from "#commands/build.ts";
import { run, step } from "#commands/progress.ts";

/** `npm run generate`: the Prisma client, where it is not up to date. */
await run(async () => {
  await step("Prisma client", generateClient);
});
