import Link from "next/link";
import type { ReactNode } from "react";
import { Scroller } from "#components/ui/scroller.tsx";

type Plain = string | number | boolean | null;

/** What a table knows of a column; the rest of its definition is for exports. */
export interface DrawnColumn<Row> {
  key: string;
  head: string;
  about: string;
  value: (row: Row) => Plain;
  sort?: "asc" | "desc";
}

/** Which column to show, and how, where its plain value will not do. */
export interface Cell<Row> {
  key: string;
  draw?: (row: Row) => ReactNode;
  right?: boolean;
  /** The cell that names its row. */
  heads?: boolean;
}

interface Props<Row> {
  caption: string;
  columns: readonly DrawnColumn<Row>[];
  cells: readonly Cell<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** The sort parameter in force, and the address that sorts differently; both absent where nothing sorts. */
  sort?: string;
  sortAddress?: (sort: string) => string;
}

/** A table that scrolls inside its own region when it is wider than the page. */
export function DataTable<Row>({ caption, columns, cells, rows, rowKey, sort, sortAddress }: Props<Row>) {
  const shown = cells.map((cell) => ({ ...columns.find(({ key }) => key === cell.key)!, ...cell }));
  return (
    <Scroller label={caption}>
      <table className="table">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {shown.map((column) => (
              <Head key={column.key} column={column} sort={sort} sortAddress={sortAddress} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {shown.map(({ key, draw, value, right, heads }) => {
                const content = draw ? draw(row) : value(row);
                const style = right ? "right" : undefined;
                return heads ? (
                  <th key={key} scope="row" className={style}>
                    {content}
                  </th>
                ) : (
                  <td key={key} className={style}>
                    {content}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

function Head<Row>(props: {
  column: DrawnColumn<Row> & Cell<Row>;
  sort: string | undefined;
  sortAddress: ((sort: string) => string) | undefined;
}) {
  const { column, sort, sortAddress } = props;
  const { key, head, about, right } = column;
  const style = right ? "right" : undefined;
  if (!column.sort || !sortAddress)
    return (
      <th scope="col" className={style} title={about}>
        {head}
      </th>
    );
  const ascending = sort === key;
  const descending = sort === `-${key}`;
  const turned = ascending ? `-${key}` : descending ? key : column.sort === "asc" ? key : `-${key}`;
  return (
    <th
      scope="col"
      className={style}
      title={about}
      aria-sort={ascending ? "ascending" : descending ? "descending" : undefined}
    >
      <Link href={sortAddress(turned)} prefetch={false} scroll={false}>
        {head}
        <span aria-hidden="true" className="num">
          {ascending ? " ↑" : descending ? " ↓" : ""}
        </span>
      </Link>
    </th>
  );
}
