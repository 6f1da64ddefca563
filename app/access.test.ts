import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/**
 * Who each address is for. A page or route that stands in no line fails the test, so that nobody adds one without
 * deciding that; routes under /api/v1 have a table of their own, which asks them all.
 */
const EVERYBODY = [
  "",
  "challenges",
  "challenges/[slug]",
  "challenges/[slug]/defenses",
  "challenges/[slug]/attacks",
  "challenges/[slug]/attacks/[attack]",
  "challenges/[slug]/matrix",
  "challenges/[slug]/start",
  "challenges/[slug]/history",
  "defenses/[id]",
  "defenses/[id]/history",
  "attacks/[id]",
  "evaluations/[id]",
  "breaks",
  "breaks/[id]",
  "docs/api",
  "flags",
  "people/[handle]",
  "search",
  "archive",
  "archive/[id]",
  "archive/results",
  "archive/figures",
  "archive/papers",
  "archive/papers/[id]",
  "lessons",
  "lessons/[category]",
  "sign-in",
  "sign-in/forgot",
  "sign-in/reset",
  "sign-up",
  "sign-up/verify",
  "submissions/[id]",
];
const SIGNED_IN = [
  "archive/[id]/correct",
  "submissions",
  "settings",
  "settings/tokens",
  "settings/notices",
  "challenges/[slug]/submit/[kind]",
];
const STAFF = ["admin", "admin/corrections"];

const app = import.meta.dirname;
const source = (file: string) => readFileSync(join(app, file), "utf8");
const addressOf = (file: string) => file.replaceAll(/\([^)]*\)\//g, "").replace(/\/?page\.tsx$/, "");
const pages = globSync("**/page.tsx", { cwd: app });

test("every page is for everybody, for those who are signed in, or for those who run the site", () => {
  const known = new Set([...EVERYBODY, ...SIGNED_IN, ...STAFF]);
  expect(pages.map(addressOf).filter((address) => !known.has(address))).toEqual([]);
  expect(pages.length).toBeGreaterThan(10);
});

test.each(SIGNED_IN)("/%s asks who is looking before anything else", (address) => {
  const page = pages.find((file) => addressOf(file) === address)!;
  expect(source(page)).toMatch(/await requireViewer\(|\(await requireViewer\(/);
});

test.each(STAFF)("/%s is not there for others", (address) => {
  const page = pages.find((file) => addressOf(file) === address)!;
  expect(source(page)).toMatch(/if \(!runsTheSite\(viewer\)\) notFound\(\);/);
});

const actions = globSync("**/*.ts", { cwd: app }).filter((file) => /^"use server";/.test(source(file)));

test.each(actions)("each action of %s begins by asking who sends it, and from which page", (file) => {
  const bodies = source(file)
    .split(/^export /m)
    .slice(1);
  expect(bodies.length).toBeGreaterThan(0);
  for (const body of bodies) {
    const first = body.slice(body.indexOf("{\n") + 2).trimStart();
    expect(first).toMatch(/^const (acting|sender) = await (actingViewer|stranger)\(\);/);
  }
});

test("server actions stand in files of their own, where the test above finds them", () => {
  const inside = globSync("**/*.tsx", { cwd: app }).filter((file) => /["']use server["']/.test(source(file)));
  expect(inside).toEqual([]);
});
