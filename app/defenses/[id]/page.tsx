import type { Metadata } from "next";
import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import { BadgeSnippet } from "#components/badge/badge-snippet.tsx";
import { defenseBadge } from "#components/badge/badge-words.ts";
import { evaluationCells } from "#components/challenge/evaluation-cells.tsx";
import { StandingMap } from "#components/charts/standing-map.tsx";
import { Cite } from "#components/cite/cite.tsx";
import { citeDefense } from "#components/cite/cited.ts";
import { DefenseBanners } from "#components/defense/banners.tsx";
import { BeyondView } from "#components/defense/beyond.tsx";
import { Falls } from "#components/defense/falls.tsx";
import { Gauntlet } from "#components/defense/gauntlet.tsx";
import { HouseGallery } from "#components/defense/house-gallery.tsx";
import { ModelFactsList } from "#components/defense/model-facts.tsx";
import { QueryLedger } from "#components/defense/query-ledger.tsx";
import { RecordList } from "#components/defense/record-list.tsx";
import { StandingFacts } from "#components/defense/standing-facts.tsx";
import { verdictSentence } from "#components/defense/verdict.ts";
import { feedAlternates } from "#components/feed/alternates.ts";
import { previewMetadata } from "#components/preview/preview-metadata.ts";
import { address } from "#components/table/address.ts";
import { TableView } from "#components/table/table-view.tsx";
import { EntryLinks } from "#components/ui/entry-links.tsx";
import { Markdown } from "#components/ui/markdown.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { PersonLink } from "#components/ui/person.tsx";
import { Section } from "#components/ui/section.tsx";
import { Time } from "#components/ui/time.tsx";
import { readDefenseBadge } from "#data/badges.ts";
import { readBeyond } from "#data/beyond.ts";
import { readDefense } from "#data/defense.ts";
import { readEvaluations } from "#data/evaluations.ts";
import { readGauntlet } from "#data/gauntlet.ts";
import { readCourse } from "#data/history.ts";
import { readHouseGallery } from "#data/house-gallery.ts";
import { categories } from "#data/lessons.ts";
import { readLedger } from "#data/query-ledger.ts";
import { getViewer } from "#data/session.ts";
import { siteAddress } from "#data/site.ts";
import type { Given } from "#data/table.ts";

/** People of the ledger that the page shows. */
const LEDGER_ROWS = 20;

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Given> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const defense = await readDefense(await getViewer(), (await params).id);
  if (!defense) return {};
  const [path, title] = [`/defenses/${defense.id}`, `${defense.name}, a defense`];
  return {
    ...{ title, alternates: feedAlternates(path, defense.name) },
    ...previewMetadata(path, title, `How the robust accuracy of ${defense.name} fell`),
  };
}

export default async function DefensePage({ params, searchParams }: Props) {
  const [{ id }, given, viewer] = await Promise.all([params, searchParams, getViewer()]);
  const defense = await readDefense(viewer, id);
  if (!defense) notFound();
  // What this page has besides is not kept for the past.
  if (given.at !== undefined) redirect(address(`/defenses/${id}/history`, {}, { at: [given.at].flat()[0] ?? null }));
  const [{ falls, quiet, records }, evaluations, gauntlet, gallery, beyond, badge, ledger] = await Promise.all([
    readCourse(viewer, defense, null),
    readEvaluations(viewer, id, given),
    readGauntlet(viewer, id),
    readHouseGallery(viewer, id),
    readBeyond(viewer, id),
    readDefenseBadge(viewer, id),
    readLedger(viewer, id, { size: LEDGER_ROWS, after: null }),
  ]);
  const { challenge, n, claim, form, cleanBits, standingBits } = defense;
  const kind = categories(viewer).find(({ category }) => category === form.category);
  const now = new Date();
  const breaks = records.filter(({ kind }) => kind === "broken");
  const root = `/challenges/${challenge.slug}`;
  return (
    <div className="space-y-10">
      <header className="space-y-4">
        <PageTitle
          trail={[
            { href: root, name: challenge.title },
            { href: `${root}/defenses`, name: "Defenses" },
          ]}
          actions={
            defense.modelOpen && (
              <a href={`/api/v1/defenses/${id}/model.onnx`} className="button" download>
                Download model.onnx
              </a>
            )
          }
        >
          {defense.name}
        </PageTitle>
        <p className="text-quiet">
          by <PersonLink person={defense.person} house={defense.origin === "baseline"} />, received{" "}
          <Time at={defense.receivedAt} />
        </p>
        <DefenseBanners defense={defense} />
        <p className="max-w-[60ch] text-lg">{verdictSentence({ ...defense, breaks }, now)}</p>
      </header>
      <StandingFacts defense={defense} />
      <Section id="history" title="Robust accuracy over time">
        <Falls falls={falls} quiet={quiet} n={n} claim={claim} thresholds={defense.thresholds} now={now} />
        <p>
          <Link href={`/defenses/${id}/history`} prefetch={false}>
            Its whole history
          </Link>
          , and how it stood on any day.
        </p>
      </Section>
      {n > 0 && standingBits && cleanBits && (
        <Section id="points" title="Point by point">
          <StandingMap n={n} standing={standingBits} clean={cleanBits} />
        </Section>
      )}
      <Section id="gauntlet" title="The gauntlet">
        <Gauntlet tier={defense.tier} n={n} {...gauntlet} />
        {viewer?.id === defense.personId && gauntlet.stages.some(({ taken }) => taken > 0) && (
          <p className="mt-4">
            <a href={`/api/v1/defenses/${id}/examples.npz`} className="button" download>
              Download what broke it
            </a>
          </p>
        )}
      </Section>
      {gallery !== null && gallery.fell.length > 0 && (
        <Section id="gallery" title="What fell first">
          <HouseGallery defenseId={id} examples={gallery.dozen} total={gallery.fell.length} />
        </Section>
      )}
      {n > 0 && (
        <Section id="beyond" title="Beyond the ball">
          <BeyondView beyond={beyond} n={n} epsilon={defense.threatModel.epsilon} />
        </Section>
      )}
      {ledger !== null && (
        <Section id="queries" title="Queries">
          <QueryLedger defenseId={id} ledger={ledger} />
        </Section>
      )}
      <Section id="evaluations" title="Evaluations">
        <TableView
          table={evaluations!}
          cells={evaluationCells}
          caption="Everything that the defense was measured with"
          of="evaluations"
          path={`/defenses/${id}`}
          anchor="evaluations"
          given={given}
          rowKey={(row) => row.id}
          empty="Nothing has been measured yet; attacks that arrive will be listed here."
        />
      </Section>
      <Section id="record" title="Record">
        <RecordList records={records} n={n} claim={claim} />
      </Section>
      <div className="grid gap-10 lg:grid-cols-2">
        <Section id="model" title="Model">
          <ModelFactsList facts={defense.facts} sha256={defense.modelSha} />
        </Section>
        <Section id="description" title="Description">
          <Markdown>{form.description || "*Its author wrote none.*"}</Markdown>
          {kind !== undefined && (
            <p>
              Its author says that it is of the kind {kind.category}:{" "}
              <Link href={`/lessons/${kind.slug}`}>what these teach</Link>.
            </p>
          )}
          <EntryLinks licence={form.licence} paper={form.paper} code={form.code} />
        </Section>
      </div>
      <Cite citation={citeDefense(siteAddress(), defense, now)} path={`/defenses/${id}`} feed>
        <BadgeSnippet site={siteAddress()} path={`/defenses/${id}`} title={defenseBadge(badge!, now).title} />
      </Cite>
    </div>
  );
}
