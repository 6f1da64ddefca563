import { expect, test } from "vitest";
import { lessons } from "#archive/lessons.ts";
import { records } from "#archive/records.ts";
import { slugOf } from "#archive/slug.ts";

test("every category of the archive has its lesson, and no lesson is about none", () => {
  const categories = new Set(records.map(({ category }) => slugOf(category)));
  expect([...lessons.keys()].sort()).toEqual([...categories].sort());
});
