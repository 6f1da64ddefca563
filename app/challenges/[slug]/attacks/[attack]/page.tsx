import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { houseMeetingCells } from "#components/challenge/evaluation-cells.tsx";
import { TableView } from "#components/table/table-view.tsx";
import { count, countOf, percent } from "#components/ui/numbers.ts";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { Time } from "#components/ui/time.tsx";
import { type HouseAttackView, readHouseAttack, readHouseMeetings } from "#data/house-attack.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { params: Promise<{ slug: string; attack: string }>; searchParams: Promise<Given> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, attack } = await params;
  const view = await readHouseAttack(await getViewer(), slug, attack);
  return view ? { title: `${view.name}, an attack of the house` } : {};
}

/** One of the house's own attacks, as a participant of a challenge. */
export default async function HouseAttackPage({ params, searchParams }: Props) {
  const [{ slug, attack }, given, viewer] = await Promise.all([params, searchParams, getViewer()]);
  const [view, meetings] = await Promise.all([
    readHouseAttack(viewer, slug, attack),
    readHouseMeetings(viewer, `${slug}/${attack}`, given),
  ]);
  if (!view || !meetings) notFound();
  return (
    <div className="space-y-10">
      <Head attack={view} />
      <Section id="defenses" title="Defenses it met">
        <TableView
          table={meetings}
          cells={houseMeetingCells}
          caption="What the attack did to each defense"
          of="runs"
          path={`/challenges/${slug}/attacks/${attack}`}
          anchor="defenses"
          given={given}
          rowKey={(row) => row.id}
          empty="It has not been run on a defense of this challenge: some attacks fit some kinds of models and norms alone."
        />
      </Section>
    </div>
  );
}

const ASKS = {
  gradient: "It goes by the model's gradient.",
  scores: "It goes by the model's scores alone.",
  labels: "It goes by the model's answers alone.",
  model: "It goes by the model itself.",
};

const TIERS = { quick: "quick tier", full: "full tier", curve: "curve over the radius" };

function Head({ attack }: { attack: HouseAttackView }) {
  const { challenge, how, paper, asks, met, success, queries, firstAt, budgets } = attack;
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
        an attack of the house, run on every new defense that it fits
        {firstAt && (
          <>
            {" "}
            since <Time at={firstAt} />
          </>
        )}
      </p>
      <p className="max-w-[60ch] text-lg">
        {met === 0
          ? "Not run on a defense yet."
          : `Takes ${percent(success)} of a defense's points, averaged over the ${countOf(met, "defense")} that it met. It is run on what the attacks before it left.`}
      </p>
      <p className="max-w-[68ch]">
        {how} {ASKS[asks]}{" "}
        {paper && (
          <>
            Published by <a href={paper.url}>{paper.name}</a>.
          </>
        )}
      </p>
      <p className="text-quiet">
        {budgets.map(({ tier, iterations, targets }) => budgetSentence(TIERS[tier], iterations, targets)).join(" ")}
        {queries !== null && ` It has spent ${countOf(queries, "query", "queries")} a point.`}
      </p>
    </header>
  );
}

function budgetSentence(tier: string, iterations: number, targets: number): string {
  const each = targets > 0 ? ` for each of ${countOf(targets, "class", "classes")}` : "";
  return `In the ${tier}: ${count(iterations)} ${iterations === 1 ? "iteration" : "iterations"} at most${each}.`;
}
