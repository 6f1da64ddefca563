import fc from "fast-check";
import { expect, test } from "vitest";
import { toCsv } from "#data/csv.ts";
import type { Column, Plain } from "#data/table.ts";

const columns: Column<Plain[]>[] = [0, 1].map((i) => ({ key: `c${i}`, head: "", about: "", value: (row) => row[i]! }));

/** RFC 4180, written from the grammar: records of fields, quoted ones with doubled quotes. */
function parse(csv: string): string[][] {
  const records: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  const record: string[] = [];
  for (let match = field.exec(csv); match; match = field.exec(csv)) {
    record.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === "\r\n") records.push(record.splice(0));
    if (field.lastIndex === csv.length) return records;
  }
  throw new Error("not CSV");
}

test("every text comes back from a CSV reader, apart from the apostrophe in front of formulas", () => {
  const text = fc.string({ unit: fc.constantFrom(..."=+-@\t\r\n,\"'; aé∞1") });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text)), (rows) => {
      const [head, ...read] = parse(toCsv(columns, rows));
      expect(head).toEqual(["c0", "c1"]);
      expect(read.map((row) => row.map((cell) => cell.replace(/^'(?='*[=+\-@\t\r\n])/, "")))).toEqual(rows);
    }),
  );
});

test.each(["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])("no spreadsheet runs %j", (text) => {
  const [, row] = parse(toCsv(columns, [[text, null]]));
  expect(row).toEqual([`'${text}`, ""]);
});

test("numbers, negative ones too, and truth values stay what they are", () => {
  expect(toCsv(columns, [[-0.25, true]])).toBe("c0,c1\r\n-0.25,true\r\n");
});
