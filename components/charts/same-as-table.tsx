import type { ReactNode } from "react";
import { Scroller } from "#components/ui/scroller.tsx";

interface Props {
  caption: string;
  /** Names of columns; those of `figures` are aligned as numbers. */
  heads: readonly string[];
  figures: readonly string[];
  rows: readonly { key: string | number; cells: readonly ReactNode[] }[];
}

/** What a chart shows, as a table that can be opened below it. The first cell of a row names it. */
export function SameAsTable({ caption, heads, figures, rows }: Props) {
  const classOf = (column: number) => (figures.includes(heads[column]!) ? "right num" : undefined);
  return (
    <details>
      <summary className="cursor-pointer text-[0.875rem] text-quiet">The same as a table</summary>
      <Scroller label={`${caption}, as a table`}>
        <table className="table mt-2 w-auto!">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col" className={figures.includes(head) ? "right" : undefined}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, cells: [first, ...others] }) => (
              <tr key={key}>
                <th scope="row" className={typeof first === "number" ? "num" : undefined}>
                  {first}
                </th>
                {others.map((cell, i) => (
                  <td key={heads[i + 1]} className={classOf(i + 1)}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </details>
  );
}
