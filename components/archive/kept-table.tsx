import Link from "next/link";
import type { ArchiveRecord } from "#archive/record.ts";
import { asGiven } from "#components/archive/figures.tsx";
import { Scroller } from "#components/ui/scroller.tsx";

const CAPTION = "What each defense claimed and what the lowest later result left";

/** The points of the scatter plots as a table, lowest share kept first. */
export function KeptTable({ points }: { points: readonly { record: ArchiveRecord; claimed: number; kept: number }[] }) {
  const sorted = points.toSorted((a, b) => a.kept / a.claimed - b.kept / b.claimed);
  return (
    <details>
      <summary className="cursor-pointer text-[0.875rem] text-quiet">The same as a table</summary>
      <Scroller label={CAPTION}>
        <table className="table mt-2">
          <caption className="sr-only">{CAPTION}</caption>
          <thead>
            <tr>
              {["Defense", "Year", "Category", "Status"].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
              <th scope="col" className="right">
                Claimed
              </th>
              <th scope="col" className="right">
                Kept
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.map(({ record: { id, name, paper, category, status }, claimed, kept }) => (
              <tr key={id}>
                <th scope="row">
                  <Link href={`/archive/${id}`} prefetch={false}>
                    {name}
                  </Link>
                </th>
                <td className="num">{paper.year}</td>
                <td>{category}</td>
                <td className="whitespace-nowrap">{status}</td>
                <td className="right num">{asGiven(claimed)}</td>
                <td className="right num">{asGiven(kept)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
    </details>
  );
}
