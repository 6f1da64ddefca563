import { parseArgs } from "node:util";
import { generateClient } from "#commands/build.ts";
import { withDatabase } from "#commands/installation.ts";
import { run } from "#commands/progress.ts";

/**
 * `npm run artifacts -- orphans [--older-than <days>] [--delete]`: lists the artifacts that nothing in the database
 * names, one a line, and deletes them only if told to. Uploads are stored before their row is written, hence never what
 * is younger than a day.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { "older-than": { type: "string", default: "1" }, delete: { type: "boolean", default: false } },
  });
  const days = Number(values["older-than"]);
  if (positionals.join() !== "orphans" || !Number.isFinite(days) || days < 1 || days > 36_500)
    throw new Error("Usage: npm run artifacts -- orphans [--older-than <days, 1 or more>] [--delete]");
  await generateClient();
  await withDatabase(async () => {
    const { collectOrphans } = await import("#store/orphans.ts");
    const { closeDatabase } = await import("#store/database.ts");
    const sum = await collectOrphans(days, values.delete, (sha256, bytes) => console.log(`${sha256} ${bytes}`)).finally(
      closeDatabase,
    );
    // The hashes alone on standard output, for scripts.
    console.error(`${sum.artifacts} artifacts, ${mebibytes(sum.bytes)}; orphans older than ${days} days:`);
    console.error(`${sum.orphans}, ${mebibytes(sum.orphanBytes)}; deleted: ${sum.deleted}.`);
    if (sum.orphans > 0 && !values.delete) console.error("Nothing was deleted: add --delete.");
  });
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

await run(main);
