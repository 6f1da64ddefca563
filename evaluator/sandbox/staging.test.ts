import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { removeUnused, stage, stagingFolder } from "./staging.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gauntlet-staging-test-"));
const source = path.join(folder, "tool");
fs.writeFileSync(source, "one", { mode: 0o700 });
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test("an ordinary user's sandboxes read the files where they are", async () => {
  expect(await stage(source, folder, false)).toBe(source);
  expect(await stagingFolder(path.join(folder, "state"), false)).toBe(path.join(folder, "state/sandbox"));
});

test("a staged file is readable by everyone, found again, and made anew when its source changes", async () => {
  const first = await stage(source, folder, true);
  expect(fs.statSync(first).mode & 0o777).toBe(0o555);
  expect(await stage(source, folder, true)).toBe(first);
  fs.writeFileSync(source, "other");
  const second = await stage(source, folder, true);
  expect(second).not.toBe(first);
  expect([first, second].map((file) => fs.readFileSync(file, "utf8"))).toEqual(["one", "other"]);
});

test("many at once stage the same file once", async () => {
  fs.writeFileSync(source, "a third version");
  const staged = await Promise.all(Array.from({ length: 8 }, () => stage(source, folder, true)));
  expect(new Set(staged).size).toBe(1);
  expect(fs.readdirSync(path.join(folder, "code")).filter((name) => name.includes("."))).toEqual([]);
});

test("where the state folder is closed to others, a folder of ours outside it is used, readable by all", async () => {
  const state = path.join(folder, "closed");
  fs.mkdirSync(state, { mode: 0o700 });
  const staging = await stagingFolder(state, true);
  expect(staging.startsWith(state)).toBe(false);
  const stat = fs.statSync(staging);
  expect([stat.uid, stat.mode & 0o777]).toEqual([process.getuid!(), 0o755]);
  if (path.basename(staging) !== "gauntlet-sandbox") fs.rmSync(staging, { recursive: true });
});

test("what was not used for a month is removed, and nothing else", async () => {
  const kept = await stage(source, folder, true);
  const old = path.join(folder, "code/old");
  fs.mkdirSync(old);
  fs.utimesSync(old, 0, 0);
  await removeUnused(folder);
  expect([fs.existsSync(old), fs.existsSync(kept)]).toEqual([false, true]);
});
