import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inherited } from "#evaluator/sandbox/inherited.ts";

// As a program of somebody whose terminal has left files open, beside those that this process was started with itself.
function startedWith(left: number[], program: string): string {
  const file = openSync(import.meta.filename, "r");
  const stdio = Array.from({ length: Math.max(...left) + 1 }, (_, fd) =>
    fd === 1 || fd === 2 ? ("pipe" as const) : left.includes(fd) ? file : ("ignore" as const),
  );
  const ran = spawnSync(process.execPath, ["--input-type=module", "-e", program], { stdio, encoding: "utf8" });
  closeSync(file);
  return ran.stdout + ran.stderr;
}

test("descriptors that a program was started with are told from its own", () => {
  const program = `import { inherited } from "#evaluator/sandbox/inherited.ts"; console.log(inherited(7).join(" "));`;
  const all = [30, 41, ...inherited(7)].sort((a, b) => a - b);
  expect(startedWith([30, 41], program).trim()).toBe(all.join(" "));
});

test("files that somebody's terminal left open do not reach what runs in the sandbox", () => {
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-inherited-"));
  const program = `
    import { openSandbox } from "#evaluator/sandbox/sandbox.ts";
    const sandbox = await openSandbox({ slots: 1, stateFolder: ${JSON.stringify(folder)} });
    await sandbox.close();
    console.log("no hole");`;
  expect(startedWith([30, 41], program).trim()).toBe("no hole");
  rmSync(folder, { recursive: true, force: true });
});
