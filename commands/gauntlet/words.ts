import type { Problem } from "#contest/problem.ts";

/** A problem on one line: its code, what is wrong, where, what was expected and found, and how to mend it. */
export function describeProblem({ code, message, where, expected, found, fix }: Problem): string {
  const parts = [where && `at ${where}`, expected && `expected ${expected}`, found && `found ${found}`, fix];
  return `${code}: ${[message, ...parts.filter(Boolean)].join(" ")}`;
}

/** Lines of cells under a head, columns as wide as they must be; numbers stand to the right. */
export function columns(head: string[], rows: (string | number | null)[][]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? "" : String(cell))));
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)));
  const toTheRight = head.map((_, i) => rows.some((row) => typeof row[i] === "number"));
  const line = (row: string[]) =>
    row.map((cell, i) => (toTheRight[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join("  ");
  return [line(head), ...cells.map(line)].map((text) => text.trimEnd()).join("\n");
}

/** "97.5 %", or nothing where it was not measured. */
export function percent(fraction: number | null): string {
  return fraction === null ? "" : `${(fraction * 100).toFixed(1)} %`;
}
