import { openBubblewrap } from "./bubblewrap.ts";

/** A worker to be killed: opens two slots of the state folder argv[2], and at a byte on stdin runs argv[3] in both, for a minute. */
const [stateFolder, script] = [process.argv[2]!, process.argv[3]!];
const sandbox = await openBubblewrap({ slots: 2, stateFolder });
process.stdin.once("data", () => {
  for (let slot = 0; slot < 2; slot++) {
    const limits = { cpuSeconds: 60, wallMs: 60_000, memoryBytes: 2 ** 28, outputBytes: 1_000, tmpBytes: 2 ** 20 };
    void sandbox.run({ slot, files: [], script, args: ["spin"], limits, onOutput: () => {} });
  }
});
process.stdout.write("open");
