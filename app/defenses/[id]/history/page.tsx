import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Falls } from "#components/defense/falls.tsx";
import { historyCells } from "#components/defense/history-cells.tsx";
import { HouseGallery } from "#components/defense/house-gallery.tsx";
import { StandingThen } from "#components/defense/standing-then.tsx";
import { verdictSentence } from "#components/defense/verdict.ts";
import { feedAlternates } from "#components/feed/alternates.ts";
import { TableView } from "#components/table/table-view.tsx";
import { MomentForm } from "#components/ui/moment-form.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { readDefense } from "#data/defense.ts";
import { readCourse, readHistory } from "#data/history.ts";
import { readHouseGallery } from "#data/house-gallery.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Given> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const defense = await readDefense(await getViewer(), (await params).id);
  if (!defense) return {};
  return { title: `History of ${defense.name}`, alternates: feedAlternates(`/defenses/${defense.id}`, defense.name) };
}

export default async function HistoryPage({ params, searchParams }: Props) {
  const [{ id }, given, viewer] = await Promise.all([params, searchParams, getViewer()]);
  const [defense, table] = await Promise.all([readDefense(viewer, id), readHistory(viewer, id, given)]);
  if (!defense || !table) notFound();
  const { at } = table.query;
  const [{ falls, quiet, records, faced, state }, gallery] = await Promise.all([
    readCourse(viewer, defense, at),
    // What fell is not kept by its time.
    at === null ? readHouseGallery(viewer, id) : null,
  ]);
  const { n, claim, challenge } = defense;
  const moment = at ?? new Date();
  const then = {
    ...{ claim, n, receivedAt: defense.receivedAt, admittedAt: defense.admittedAt, tier: state.tier },
    ...{ standing: state.standing ?? 0, faced },
    breaks: records.filter(({ kind }) => kind === "broken"),
  };
  const path = `/defenses/${id}/history`;
  return (
    <div className="space-y-10">
      <header className="space-y-4">
        <PageTitle
          trail={[
            { href: `/challenges/${challenge.slug}`, name: challenge.title },
            { href: `/challenges/${challenge.slug}/history`, name: "History" },
            { href: `/defenses/${id}`, name: defense.name },
          ]}
        >
          History of {defense.name}
        </PageTitle>
        <p className="max-w-[60ch] text-lg">
          {state.standing === null ? "Received, and not admitted yet." : verdictSentence(then, moment)}
        </p>
        <MomentForm path={path} given={given} at={at} beginning={defense.receivedAt} />
      </header>
      {state.standing !== null && <StandingThen state={state} n={n} thresholds={defense.thresholds} />}
      <Section id="course" title="Robust accuracy over time">
        <Falls falls={falls} quiet={quiet} n={n} claim={claim} thresholds={defense.thresholds} now={moment} />
      </Section>
      {gallery !== null && gallery.fell.length > 0 && (
        <Section id="gallery" title="What fell first">
          <HouseGallery defenseId={id} examples={gallery.dozen} total={gallery.fell.length} />
        </Section>
      )}
      <Section id="record" title="The record">
        <TableView
          table={table}
          cells={historyCells(claim)}
          caption="What was recorded of the defense"
          of="records"
          path={path}
          anchor="record"
          given={given}
          rowKey={({ id: record }) => String(record)}
          empty="Nothing of this kind had been recorded."
        />
      </Section>
    </div>
  );
}
