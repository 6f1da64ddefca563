import { expect, test } from "vitest";
import { momentSince } from "#data/moment.ts";
import { readQuery } from "#data/table-query.ts";

const beginning = new Date("2020-03-01T12:00:00Z");
const read = (at?: string) => readQuery({ at: momentSince(beginning, "it began") }, { at });

test.each([
  ["2020-03-01", "2020-03-01T23:59:59.999Z"],
  ["2020-03-02T03:04:05Z", "2020-03-02T03:04:05.000Z"],
  ["2020-03-02T03:04:05+02:00", "2020-03-02T01:04:05.000Z"],
])("%s is %s", (text, instant) => {
  expect(read(text)).toEqual({ query: { at: new Date(instant) }, problems: [] });
});

test("a date stands for its end, and today's for now", () => {
  const before = Date.now();
  const { at } = read(new Date().toISOString().slice(0, 10)).query;
  expect(at!.getTime()).toBeGreaterThanOrEqual(before);
  expect(at!.getTime()).toBeLessThanOrEqual(Date.now());
});

test.each([
  ...["2020-02-29", "2020-03-01T11:59:59Z", "2999-01-01", "2020-02-30", "2020-13-01", "yesterday", "1e9"],
  ...["2020-03-02T03:04", "2020-03-02 03:04:05Z", "'; DROP TABLE x", "-000001-01-01"],
])("%s is refused, with what would be understood", (text) => {
  const { query, problems } = read(text);
  expect(query.at).toBeNull();
  expect(problems).toMatchObject([{ code: "bad-parameter", where: "at", found: text }]);
  expect(problems[0]!.expected).toMatch(/^a date .* from 2020-03-01T12:00:00Z, when it began, until now$/);
});

test("nothing asked is nothing", () => {
  for (const text of [undefined, ""]) expect(read(text)).toEqual({ query: { at: null }, problems: [] });
});
