import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { killSandboxes, killWorkers } from "./storm.ts";

// `npm run bench -- storm` kills a thousand of each (docs/benchmarks.md). These few would still show a regression: without
// the cures 28 % (sandboxes) and 33 % (workers) of the kills left something running.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gauntlet-storm-test-"));
const timeout = 300_000;
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test("a sandbox killed while it starts leaves nothing running and no promise open", { timeout }, async () => {
  const storm = await killSandboxes(48, 3, folder);
  expect(storm).toMatchObject({ kills: 48, hung: 0, payloads: 0, left: 0 });
});

test("a worker killed while it starts sandboxes leaves no payload, and the reaper leaves nothing", {
  timeout,
}, async () => {
  const storm = await killWorkers(12, 2, folder);
  expect(storm).toMatchObject({ kills: 12, payloads: 0, left: 0 });
});
