import type { Metadata } from "next";
import { ArchiveTabs } from "#components/archive/archive-tabs.tsx";
import { FigureFilters } from "#components/archive/figure-filters.tsx";
import { groupCells } from "#components/archive/group-cells.tsx";
import { KeptScatter } from "#components/archive/kept-scatter.tsx";
import { KeptTable } from "#components/archive/kept-table.tsx";
import { survivalSentence } from "#components/archive/survival-sentence.ts";
import { SurvivalCurve } from "#components/charts/survival-curve.tsx";
import { TableView } from "#components/table/table-view.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { archiveChoices } from "#data/archive.ts";
import { lifetimes, pointsOf, readGroups } from "#data/archive-figures.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { searchParams: Promise<Given> };

export const metadata: Metadata = {
  title: "How long published defenses last",
  description: "A survival curve of published defenses, and what they claimed against what was left.",
};

export default async function FiguresPage({ searchParams }: Props) {
  const [given, viewer] = await Promise.all([searchParams, getViewer()]);
  const table = readGroups(viewer, given);
  const { records, query } = table;
  const lives = lifetimes(viewer, records);
  const points = pointsOf(records);
  const drawn = table.rows.filter(({ records }) => pointsOf(records).length > 0);
  const sentence = survivalSentence(lives);
  return (
    <div className="space-y-10">
      <div className="space-y-6">
        <PageTitle trail={[{ href: "/archive", name: "Archive" }]}>How long they last</PageTitle>
        <ArchiveTabs here="/archive/figures" />
        <FigureFilters query={query} choices={archiveChoices} />
      </div>
      {records.length === 0 && <Empty>No record matches.</Empty>}
      <Section id="survival" title="From claim to break">
        <p className="max-w-[68ch]">{sentence}</p>
        <SurvivalCurve
          title="Share of published defenses not yet broken, by months since the claim"
          description={sentence}
          curve={lives.curve}
          unit="months"
        />
        <p className="max-w-[68ch] text-[0.875rem] text-quiet">
          Kaplan-Meier with its 95 % interval. A tick is the last published look at a defense that stood: after it
          nobody knows. Those without a later result leave at month 0, after those that broke then.
        </p>
      </Section>
      <Section id="kept" title="Claimed and kept">
        <p className="max-w-[68ch]">
          {points.length} of {records.length} have a claim and a later result that are both accuracies. Rings stand,
          triangles are partially broken, crosses broken; the full line is the claim, the dashed one half of it. Later
          results may come from other images or protocols than the claim: each record says so where it is known.
        </p>
        <KeptScatter title="Claimed against kept, all of these" points={points} />
        <KeptTable points={points} />
      </Section>
      <Section id="groups" title={query.by === "year" ? "By year" : "By category"}>
        <TableView
          table={table}
          cells={groupCells(table.columns)}
          caption={`Published defenses by ${query.by}`}
          of="groups"
          path="/archive/figures"
          anchor="groups"
          given={given}
          rowKey={({ name }) => name}
          empty="No record matches."
        />
        <div className="grid gap-6 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
          {drawn.map(({ name, records }) => (
            <figure key={name}>
              <KeptScatter title={`Claimed against kept: ${name}`} points={pointsOf(records)} />
              <figcaption className="text-[0.875rem]">
                {name}: {pointsOf(records).length} of {records.length}
              </figcaption>
            </figure>
          ))}
        </div>
      </Section>
    </div>
  );
}
