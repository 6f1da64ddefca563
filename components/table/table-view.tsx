import type { ReactNode } from "react";
import { address, type Parameters } from "#components/table/address.ts";
import { type Cell, DataTable, type DrawnColumn } from "#components/table/data-table.tsx";
import { Exports } from "#components/table/exports.tsx";
import { NotUnderstood } from "#components/table/not-understood.tsx";
import { Pager } from "#components/table/pager.tsx";
import { Empty } from "#components/ui/empty.tsx";
import type { Problem } from "#contest/problem.ts";

interface Props<Row> {
  table: {
    columns: readonly DrawnColumn<Row>[];
    rows: readonly Row[];
    total: number;
    query: { page: number; size: number; sort?: string };
    problems: Problem[];
  };
  cells: readonly Cell<Row>[];
  caption: string;
  /** What is counted: "defenses". */
  of: string;
  path: string;
  given: Parameters;
  rowKey: (row: Row) => string;
  /** What to do while there is nothing. */
  empty: ReactNode;
  /** Where on the page it lies, so that sorting does not lose the place. */
  anchor?: string;
}

/** A table with all that belongs to one: what was not understood, sorting, pages, exports, and what to do when empty. */
export function TableView<Row>(props: Props<Row>) {
  const { table, cells, caption, of, path, given, rowKey, empty, anchor } = props;
  const { columns, rows, total, query, problems } = table;
  const hash = anchor === undefined ? "" : `#${anchor}`;
  return (
    <div className="space-y-4">
      <NotUnderstood problems={problems} />
      {rows.length === 0 ? (
        <Empty>{empty}</Empty>
      ) : (
        <DataTable
          caption={caption}
          columns={columns}
          cells={cells}
          rows={rows}
          rowKey={rowKey}
          {...(query.sort !== undefined && {
            sort: query.sort,
            sortAddress: (sort: string) => `${address(path, given, { sort })}${hash}`,
          })}
        />
      )}
      <div className="flex flex-wrap justify-between gap-x-8 gap-y-2">
        <Pager path={path} given={given} page={query.page} size={query.size} total={total} of={of} />
        <Exports path={path} given={given} page={query.page} />
      </div>
    </div>
  );
}
