import { expect, test } from "vitest";
import { address } from "#components/table/address.ts";

test("a change keeps what else was asked for, but not the page", () => {
  const given = { q: "pgd", level: "broken", page: "4" };
  expect(address("/b", given, { sort: "-clean" })).toBe("/b?q=pgd&level=broken&sort=-clean");
});

test("null takes a parameter away, and nothing left is a bare path", () => {
  expect(address("/b", { q: "pgd" }, { q: null })).toBe("/b");
});

test("of repeated parameters the first stays, and hostile ones are escaped", () => {
  expect(address("/b", { q: ['"><script>', "x"] }, { page: 2 })).toBe("/b?q=%22%3E%3Cscript%3E&page=2");
});
