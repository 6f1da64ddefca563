import type { Column, Paging } from "#data/table.ts";
import { direction } from "#data/table-query.ts";

/** Sorts rows that are all in memory by the query's column (what is empty comes last either way) and cuts the query's page out. */
export function cutPage<Row>(columns: readonly Column<Row>[], rows: readonly Row[], query: Paging & { sort: string }) {
  const { key, order } = direction(query.sort);
  const { value } = columns.find((column) => column.key === key)!;
  const sign = order === "asc" ? 1 : -1;
  const sorted = rows.toSorted((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    if (typeof left === "number" && typeof right === "number") return sign * (left - right);
    return sign * String(left).localeCompare(String(right), "en");
  });
  return { rows: sorted.slice((query.page - 1) * query.size, query.page * query.size), total: rows.length };
}
