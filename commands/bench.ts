import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "#commands/checkout.ts";
import { run } from "#commands/progress.ts";

/** `npm run bench [-- <name> ...]`: runs commands/bench/<name>.ts, each exporting `main(): Promise<void>`; all without a name. */
await run(async () => {
  const folder = join(checkout, "commands/bench");
  const known = (existsSync(folder) ? readdirSync(folder) : [])
    .filter((file) => /^[a-z-]+\.ts$/.test(file))
    .map((file) => file.slice(0, -3));
  const wanted = process.argv.length > 2 ? process.argv.slice(2) : known;
  for (const name of wanted) {
    if (!known.includes(name)) throw new Error(`There is no bench ${name}; there are: ${known.join(", ")}.`);
    const bench: { main(): Promise<void> } = await import(join(folder, `${name}.ts`));
    console.log(`\n${name}`);
    await bench.main();
  }
});
