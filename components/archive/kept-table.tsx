import Link from "next/link";
import type { ArchiveRecord } from "#archive/record.ts";
import { asGiven } from "#components/archive/figures.tsx";
import { SameAsTable } from "#components/charts/same-as-table.tsx";

/** The points of the scatter plots as a table, lowest share kept first. */
export function KeptTable({ points }: { points: readonly { record: ArchiveRecord; claimed: number; kept: number }[] }) {
  const sorted = points.toSorted((a, b) => a.kept / a.claimed - b.kept / b.claimed);
  return (
    <SameAsTable
      caption="What each defense claimed and what the lowest later result left"
      heads={["Defense", "Year", "Category", "Status", "Claimed", "Kept"]}
      figures={["Claimed", "Kept"]}
      rows={sorted.map(({ record: { id, name, paper, category, status }, claimed, kept }) => ({
        key: id,
        cells: [
          <Link key="name" href={`/archive/${id}`} prefetch={false}>
            {name}
          </Link>,
          ...[paper.year, category, status, asGiven(claimed), asGiven(kept)],
        ],
      }))}
    />
  );
}
