import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { BenchOptions } from "#commands/bench/apparatus/findings.ts";
import { checkout } from "#commands/checkout.ts";
import { run } from "#commands/progress.ts";

/**
 * `npm run bench [-- <name> ...] [--write] [--small]`: runs commands/bench/<name>.ts, each exporting `main(options)`;
 * all without a name. `--write` puts the findings into docs/benchmarks.md; `--small` only shows that a bench works.
 * `--folder` and `--python` are for the benches that compare with others (autoattack).
 */
await run(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      write: { type: "boolean", default: false },
      small: { type: "boolean", default: false },
      folder: { type: "string" },
      python: { type: "string" },
    },
  });
  const folder = join(checkout, "commands/bench");
  const known = readdirSync(folder)
    .filter((file) => /^[a-z-]+\.ts$/.test(file))
    .map((file) => file.slice(0, -3));
  const wanted = positionals.length > 0 ? positionals : known;
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`There is no bench ${unknown}; there are: ${known.join(", ")}.`);
  for (const name of wanted) {
    const bench: { main(options: BenchOptions): Promise<void> } = await import(join(folder, `${name}.ts`));
    console.log(`\n${name}`);
    await bench.main(values);
  }
});
