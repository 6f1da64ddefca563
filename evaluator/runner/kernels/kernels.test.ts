import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

// The command, not its interface: that one's types replace TypeScript's own everywhere.
const COMPILER = resolve(import.meta.dirname, "../../../node_modules/assemblyscript/bin/asc.js");
const LOOPS = ["box.ts", "change.ts", "draws.ts", "plane.ts"];
const HOW = ["--runtime", "stub", "--use", "abort=", "--noAssert", "--enable", "simd", "-O3"];

function compiled(): string {
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-kernels-"));
  try {
    const file = join(folder, "module.wasm");
    const cwd = join(import.meta.dirname, "assembly");
    execFileSync(process.execPath, [COMPILER, ...LOOPS, "--outFile", file, ...HOW], { cwd, stdio: "pipe" });
    return readFileSync(file).toString("base64");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// After a change in assembly/: npx vitest run kernels --update
test("the module is what its source compiles to", async () => {
  const source = `/** assembly/, compiled: see kernels.test.ts. */\nexport const MODULE =\n  "${compiled()}";\n`;
  await expect(source).toMatchFileSnapshot("module.ts");
});
