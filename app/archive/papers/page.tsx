import type { Metadata } from "next";
import Link from "next/link";
import { ArchiveTabs } from "#components/archive/archive-tabs.tsx";
import { paperCells } from "#components/archive/paper-cells.tsx";
import { FilterForm, TextFilter } from "#components/table/filter-form.tsx";
import { TableView } from "#components/table/table-view.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { readPapers } from "#data/archive-papers.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { searchParams: Promise<Given> };

export const metadata: Metadata = { title: "Who broke published defenses" };

export default async function PapersPage({ searchParams }: Props) {
  const [given, viewer] = await Promise.all([searchParams, getViewer()]);
  const table = readPapers(viewer, given);
  return (
    <div className="space-y-6">
      <PageTitle trail={[{ href: "/archive", name: "Archive" }]}>Who broke them</PageTitle>
      <ArchiveTabs here="/archive/papers" />
      <p className="max-w-[68ch] text-quiet">
        Papers and other evaluations that report later results. One broke a defense when its result is the first at or
        below half of the claim, or below 10 %.
      </p>
      <FilterForm path="/archive/papers">
        <TextFilter name="q" label="Text" value={table.query.q} maxLength={80} />
      </FilterForm>
      <TableView
        table={table}
        cells={paperCells}
        caption="Who reported results on published defenses"
        of="papers"
        path="/archive/papers"
        given={{ ...given, size: String(table.query.size) }}
        rowKey={({ paper }) => paper.id}
        empty={
          <>
            No paper matches. <Link href="/archive/papers">Show all of them.</Link>
          </>
        }
      />
    </div>
  );
}
