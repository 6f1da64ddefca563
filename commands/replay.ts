import { parseArgs } from "node:util";
import { withSandbox } from "#commands/gauntlet/sandboxed.ts";
import { run } from "#commands/progress.ts";
import { type Replayed, replayed } from "#commands/replay/corpus.ts";
import { cpuName, digestOf, movedSince, pin, readPinned } from "#commands/replay/pinned.ts";

/**
 * `npm run replay [-- --pin]`: evaluates the pinned corpus again and prints the verdicts that moved; the exit status is 1 where
 * one did. `--pin` takes what came out for the verdicts from now on, and says what CHANGELOG.md has to name.
 */
await run(async () => {
  const { values } = parseArgs({ options: { pin: { type: "boolean", default: false } } });
  const now: Replayed[] = [];
  await withSandbox(async (context, signal) => {
    for await (const each of replayed(context, signal)) {
      now.push(each);
      console.log(`  ${each.evaluation}`);
    }
  });
  if (values.pin) {
    pin(now);
    return console.log(`Pinned ${now.length} evaluations. CHANGELOG.md must name ${digestOf(readPinned())}.`);
  }
  const pinned = readPinned();
  const { lines } = movedSince(pinned, now);
  for (const line of lines) console.log(line);
  if (lines.length === 0) return console.log(`${now.length} evaluations, no verdict moved.`);
  process.exitCode = 1;
  if (pinned.cpu !== cpuName()) console.log(`They were pinned on ${pinned.cpu}; this is ${cpuName()}.`);
});
