import type { Metadata } from "next";
import Link from "next/link";
import { breakCells } from "#components/break/break-cells.tsx";
import { BreakFilters } from "#components/break/break-filters.tsx";
import { TableView } from "#components/table/table-view.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { readBreaks } from "#data/break-table.ts";
import { listChallenges } from "#data/challenges.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

export const metadata: Metadata = {
  title: "Breaks",
  description:
    "Every moment at which an attack took a defense across a threshold of its challenge, with its permalink.",
};

export default async function BreaksPage({ searchParams }: { searchParams: Promise<Given> }) {
  const [given, viewer] = await Promise.all([searchParams, getViewer()]);
  const [table, challenges] = await Promise.all([readBreaks(viewer, given), listChallenges(viewer)]);
  const { challenge, threshold, by } = table.query;
  const filtered = challenge !== "" || threshold !== "any" || by !== "any";
  return (
    <div className="space-y-4">
      <div>
        <PageTitle>Breaks</PageTitle>
        <p className="max-w-[68ch] text-quiet">
          A break is the moment at which an attack took a defense across a threshold that its challenge declares. It is
          a record: nothing changes it, and its address is for good.
        </p>
      </div>
      <BreakFilters query={table.query} challenges={challenges} />
      <TableView
        table={table}
        cells={breakCells}
        caption="Breaks"
        of="breaks"
        path="/breaks"
        given={given}
        rowKey={({ id }) => id}
        empty={
          filtered ? (
            <>
              No break matches. <Link href="/breaks">Show all of them.</Link>
            </>
          ) : (
            "Nothing has broken yet. Take a challenge's points and a baseline from its page, and be the first."
          )
        }
      />
    </div>
  );
}
