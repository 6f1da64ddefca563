import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openSandbox } from "../sandbox.ts";
import { probeInside, probeOutside } from "./suite.ts";

test("every probe is denied inside, and the same probes reach plenty outside", async () => {
  const stateFolder = fs.mkdtempSync(path.join(os.tmpdir(), "gauntlet-probe-test-"));
  const sandbox = await openSandbox({ slots: 1, stateFolder });
  try {
    const inside = await probeInside(sandbox, 0, [stateFolder]);
    expect(inside.filter((probe) => probe.reached)).toEqual([]);
    expect(inside.length).toBeGreaterThanOrEqual(120);
    const outside = await probeOutside([stateFolder]);
    expect(outside.filter((probe) => probe.reached).length).toBeGreaterThanOrEqual(50);
    expect(new Set(inside.map((probe) => probe.name)).size).toBe(inside.length);
  } finally {
    await sandbox.close();
    fs.rmSync(stateFolder, { recursive: true, force: true });
  }
});
