import type { Column, Plain } from "#data/table.ts";

/**
 * A table as CSV (RFC 4180: CRLF, quotes doubled, a header line). A text that a spreadsheet would run as a formula
 * (it starts with = + - @, a tab or a line end, after any apostrophes) gets an apostrophe in front, which a reader can
 * take away again; numbers stay as they are.
 */
export function toCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [columns.map(({ key }) => key), ...rows.map((row) => columns.map(({ value }) => value(row)))];
  return lines.map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

function cell(value: Plain): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^'*[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
