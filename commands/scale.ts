import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkout } from "#commands/checkout.ts";
import { run } from "#commands/progress.ts";
import { report } from "#commands/scale/report.ts";

/** `npm run scale [-- --seed <number>] [--write]`: the tables of docs/scale.md, simulated; --write puts them there. */
await run(async () => {
  const { values } = parseArgs({
    options: { seed: { type: "string", default: "1" }, write: { type: "boolean", default: false } },
  });
  const seed = Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw new Error("--seed: expected a whole number below 4294967296");
  const text = report(seed);
  console.log(text);
  if (!values.write) return;
  const file = join(checkout, "docs/scale.md");
  const document = readFileSync(file, "utf8");
  const [begin, end] = ["<!-- scale -->", "<!-- end scale -->"];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/scale.md has no ${begin} ... ${end}`);
  writeFileSync(file, `${document.slice(0, from + begin.length)}\n${text}\n${document.slice(to)}`);
});
