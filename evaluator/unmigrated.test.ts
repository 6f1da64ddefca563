import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openInstallation } from "#evaluator/testing/installation.ts";
import { TINY } from "#evaluator/testing/tiny.ts";

test("an evaluator does not start on a database that lacks one of its migrations, and says which", async () => {
  const site = await openInstallation(TINY);
  try {
    const applied = await site.db.$queryRaw<{ name: string }[]>`
      UPDATE "_prisma_migrations" SET rolled_back_at = now()
      WHERE migration_name = (SELECT max(migration_name) FROM "_prisma_migrations") RETURNING migration_name AS name`;
    await expect(site.startEvaluator()).rejects.toThrow("did not start");
    const log = readFileSync(join(site.folder, "evaluator.log"), "utf8");
    expect(log).toContain(`lacks the migration ${applied[0]!.name}`);
    await site.db.$executeRaw`UPDATE "_prisma_migrations" SET rolled_back_at = NULL`;
    await site.startEvaluator();
  } finally {
    await site.close();
  }
}, 120_000);
