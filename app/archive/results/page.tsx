import type { Metadata } from "next";
import Link from "next/link";
import { ArchiveTabs } from "#components/archive/archive-tabs.tsx";
import { resultCells } from "#components/archive/result-cells.tsx";
import { ResultFilters } from "#components/archive/result-filters.tsx";
import { TableView } from "#components/table/table-view.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { archiveChoices } from "#data/archive.ts";
import { readResults } from "#data/archive-results.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { searchParams: Promise<Given> };

export const metadata: Metadata = { title: "Later results on published defenses" };

export default async function ResultsPage({ searchParams }: Props) {
  const [given, viewer] = await Promise.all([searchParams, getViewer()]);
  const table = readResults(viewer, {}, given)!;
  return (
    <div className="space-y-6">
      <PageTitle trail={[{ href: "/archive", name: "Archive" }]}>Later results</PageTitle>
      <ArchiveTabs here="/archive/results" />
      <ResultFilters query={table.query} kinds={archiveChoices.kind} />
      <TableView
        table={table}
        cells={resultCells}
        caption="Later results on published defenses"
        of="results"
        path="/archive/results"
        given={{ ...given, size: String(table.query.size) }}
        rowKey={({ record, at }) => `${record.id} ${at}`}
        empty={
          <>
            No result matches. <Link href="/archive/results">Show all of them.</Link>
          </>
        }
      />
    </div>
  );
}
