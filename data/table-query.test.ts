import { expect, test } from "vitest";
import { defenseColumns } from "#data/defense-columns.ts";
import { direction, paging, readQuery, searchText, sorting } from "#data/table-query.ts";

const shape = { ...paging, sort: sorting(defenseColumns, "rank"), q: searchText };

test("nothing asked is the defaults, and an empty form field asks nothing", () => {
  const defaults = { page: 1, size: 50, sort: "rank", q: "" };
  expect(readQuery(shape, {})).toEqual({ query: defaults, problems: [] });
  expect(readQuery(shape, { q: "", page: "", utm_source: "x" })).toEqual({ query: defaults, problems: [] });
});

test("good parameters are taken", () => {
  const given = { page: "3", size: "100", sort: "-clean", q: "  pgd " };
  expect(readQuery(shape, given).query).toEqual({ page: 3, size: 100, sort: "-clean", q: "pgd" });
});

test("of repeated parameters the first counts", () => {
  expect(readQuery(shape, { page: ["2", "7"] }).query.page).toBe(2);
});

test.each([
  ["page", "0"],
  ["page", "1e9"],
  ["page", "1.5"],
  ["page", "-1"],
  ["page", "nan"],
  ["size", "501"],
  ["sort", "password"],
  ["sort", "id"],
  ["sort", "__proto__"],
  ["q", "x".repeat(81)],
])("%s=%s is named, and the default taken in its place", (key, value) => {
  const { query, problems } = readQuery(shape, { [key]: value });
  expect(query).toEqual(readQuery(shape, {}).query);
  expect(problems).toEqual([
    expect.objectContaining({
      code: "bad-parameter",
      where: key,
      found: value.slice(0, 100),
      expected: expect.any(String),
    }),
  ]);
});

test("a minus turns the order round", () => {
  expect(direction("clean")).toEqual({ key: "clean", order: "asc" });
  expect(direction("-clean")).toEqual({ key: "clean", order: "desc" });
});
