import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { DistancesView } from "#components/attack/distances.tsx";
import { GallerySection } from "#components/attack/gallery-section.tsx";
import { RowFaults } from "#components/attack/row-faults.tsx";
import { meetingCells } from "#components/challenge/evaluation-cells.tsx";
import { Cite } from "#components/cite/cite.tsx";
import { citeAttack } from "#components/cite/cited.ts";
import { TableView } from "#components/table/table-view.tsx";
import { EntryLinks } from "#components/ui/entry-links.tsx";
import { Markdown } from "#components/ui/markdown.tsx";
import { MomentForm } from "#components/ui/moment-form.tsx";
import { Note } from "#components/ui/note.tsx";
import { count, percent } from "#components/ui/numbers.ts";
import { PageTitle } from "#components/ui/page-title.tsx";
import { PersonLink } from "#components/ui/person.tsx";
import { Section } from "#components/ui/section.tsx";
import { Time } from "#components/ui/time.tsx";
import { type AttackView, readAttack } from "#data/attack.ts";
import { readMeetings } from "#data/evaluations.ts";
import { readGalleryPage } from "#data/gallery-page.ts";
import { getViewer } from "#data/session.ts";
import { siteAddress } from "#data/site.ts";
import type { Given } from "#data/table.ts";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Given> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const attack = await readAttack(await getViewer(), (await params).id);
  return attack ? { title: `${attack.name}, an attack` } : {};
}

export default async function AttackPage({ params, searchParams }: Props) {
  const [{ id }, given, viewer] = await Promise.all([params, searchParams, getViewer()]);
  const attack = await readAttack(viewer, id);
  if (!attack) notFound();
  const [meetings, gallery] = await Promise.all([readMeetings(viewer, id, given), readGalleryPage(viewer, id, given)]);
  const { challenge, form } = attack;
  const path = `/attacks/${id}`;
  return (
    <div className="space-y-10">
      <Head attack={attack} />
      <Section id="gallery" title="Examples">
        <GallerySection attackId={id} path={path} given={given} gallery={gallery!} />
      </Section>
      <Section id="defenses" title="Defenses it met">
        <MomentForm path={path} given={given} at={meetings!.query.at} beginning={attack.admittedAt} />
        <TableView
          table={meetings!}
          cells={meetingCells}
          caption="What the attack did to each defense"
          of="defenses"
          path={path}
          anchor="defenses"
          given={given}
          rowKey={(row) => row.id}
          empty={
            meetings!.query.at === null
              ? "It has not been measured against a defense yet; that takes seconds."
              : "It had met no defense by then."
          }
        />
      </Section>
      <Section id="distances" title="Distances">
        {attack.distances ? (
          <DistancesView distances={attack.distances} grid={challenge.grid} />
        ) : (
          <p className="text-quiet">Not recorded.</p>
        )}
      </Section>
      <div className="grid gap-10 lg:grid-cols-2">
        <Section id="rows" title="Rows">
          <RowFaults {...attack} grid={challenge.grid} />
        </Section>
        <Section id="description" title="Description">
          <Markdown>{form.description || "*Its author wrote none.*"}</Markdown>
          <EntryLinks paper={form.paper} code={form.code} />
        </Section>
      </div>
      <Cite citation={citeAttack(siteAddress(), attack, new Date())} path={path} />
    </div>
  );
}

function Head({ attack }: { attack: AttackView }) {
  const { challenge, target, queries, met, success, withdrawnAt } = attack;
  const root = `/challenges/${challenge.slug}`;
  return (
    <header className="space-y-4">
      <PageTitle
        trail={[
          { href: root, name: challenge.title },
          { href: `${root}/attacks?view=attacks`, name: "Attacks" },
        ]}
      >
        {attack.name}
      </PageTitle>
      <p className="text-quiet">
        by <PersonLink person={attack.person} house={attack.origin === "baseline"} />, received{" "}
        <Time at={attack.receivedAt} />
      </p>
      {withdrawnAt && (
        <Note tone="warning">
          Withdrawn by its author on <Time at={withdrawnAt} />. What it broke stays broken.
        </Note>
      )}
      <p className="max-w-[60ch] text-lg">
        {met === 0
          ? "Not measured against a defense yet."
          : `Breaks ${percent(success)} of a defense's points, averaged over the ${count(met)} that it met.`}
      </p>
      <p className="text-quiet">
        {target && (
          <>
            Made for{" "}
            <Link href={`/defenses/${target.id}`}>
              <bdi>{target.name}</bdi>
            </Link>
            .{" "}
          </>
        )}
        {queries === null ? "Queries not stated." : `${count(queries)} queries a point.`}
      </p>
    </header>
  );
}
