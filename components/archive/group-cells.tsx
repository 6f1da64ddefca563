import { asGiven } from "#components/archive/figures.tsx";
import type { Cell } from "#components/table/data-table.tsx";

const figure = (value: unknown) => (typeof value === "number" ? <span className="num">{asGiven(value)}</span> : "none");

/** How groups of published defenses are drawn; the columns' own values are what is drawn. */
export function groupCells<Row>(columns: readonly { key: string; value: (row: Row) => unknown }[]): Cell<Row>[] {
  const read = (key: string, row: Row) => columns.find((column) => column.key === key)!.value(row);
  const counts = ["defenses", "broken", "partially", "standing", "unlooked"];
  return [
    { key: "name", heads: true },
    ...counts.map((key) => ({ key, right: true })),
    ...["claimed", "kept"].map((key) => ({ key, right: true, draw: (row: Row) => figure(read(key, row)) })),
    { key: "months", right: true, draw: (row) => months(read("months", row)) },
  ];
}

function months(value: unknown) {
  if (typeof value !== "number") return <span className="text-quiet">not half</span>;
  return value === 0 ? "at once" : `${value} month${value === 1 ? "" : "s"}`;
}
