import type { Metadata } from "next";
import Link from "next/link";
import { ArchiveTabs } from "#components/archive/archive-tabs.tsx";
import { recordCells } from "#components/archive/record-cells.tsx";
import { RecordFilters } from "#components/archive/record-filters.tsx";
import { JsonLd } from "#components/site/json-ld.tsx";
import { TableView } from "#components/table/table-view.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { allRecords, archiveChoices, readArchive } from "#data/archive.ts";
import { archiveDataset } from "#data/archive-dataset.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { searchParams: Promise<Given> };

export const metadata: Metadata = {
  title: "Archive",
  description:
    "Published defenses against adversarial examples, what they claimed, and what later evaluations left of it.",
};

export default async function ArchivePage({ searchParams }: Props) {
  const [given, viewer] = await Promise.all([searchParams, getViewer()]);
  const table = readArchive(viewer, given);
  const all = allRecords(viewer);
  const of = (status: string) => all.filter((record) => record.status === status).length;
  return (
    <div className="space-y-6">
      <JsonLd data={archiveDataset(viewer)} />
      <div>
        <PageTitle>Archive</PageTitle>
        <p className="max-w-[68ch] text-quiet">
          {all.length} published defenses: what each claimed, and what later evaluations left of it. {of("broken")} are
          broken, {of("partially broken")} partially; {of("standing")} stand, some of them because nobody published a
          second look. Every figure was read in the source that its record names; what was not is marked.
        </p>
      </div>
      <ArchiveTabs here="/archive" />
      <RecordFilters query={table.query} choices={archiveChoices} />
      <TableView
        table={table}
        cells={recordCells}
        caption="Published defenses"
        of="defenses"
        path="/archive"
        given={{ ...given, size: String(table.query.size) }}
        rowKey={({ id }) => id}
        empty={
          <>
            No record matches. <Link href="/archive">Show all of them.</Link>
          </>
        }
      />
      <p className="max-w-[68ch] text-[0.875rem] text-quiet">
        Claimed and lowest are robust accuracies. Broken: the lowest later result is at most half of the claim, or below
        10 %; partially broken: at most 0.8 of it. Results may come from other test images or protocols than the claim;
        each record says so where it is known.
      </p>
    </div>
  );
}
