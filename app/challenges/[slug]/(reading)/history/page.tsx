import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { SurvivalCurve } from "#components/charts/survival-curve.tsx";
import { Frontier } from "#components/history/frontier.tsx";
import { lastedSentence } from "#components/history/lasted-sentence.ts";
import { lifeCells } from "#components/history/life-cells.tsx";
import { LifeFilters } from "#components/history/life-filters.tsx";
import { Tallies } from "#components/history/tallies.tsx";
import { address } from "#components/table/address.ts";
import { TableView } from "#components/table/table-view.tsx";
import { MomentForm } from "#components/ui/moment-form.tsx";
import { Section } from "#components/ui/section.tsx";
import { readLives, readScope } from "#data/challenge-history.ts";
import { readFrontier, readSurvival, readTallies } from "#data/challenge-survival.ts";
import { readChallenge } from "#data/challenges.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Given> };

export const metadata: Metadata = { title: "History" };

export default async function ChallengeHistoryPage({ params, searchParams }: Props) {
  const [{ slug }, given, viewer] = await Promise.all([params, searchParams, getViewer()]);
  const [challenge, scope] = await Promise.all([readChallenge(viewer, slug), readScope(viewer, slug, given)]);
  if (!challenge || !scope) notFound();
  const [lives, survival, { weeks, people, techniques }, frontier] = await Promise.all([
    readLives(viewer, slug, given),
    readSurvival(scope),
    readTallies(scope),
    readFrontier(scope, challenge.n),
  ]);
  const table = lives!;
  const { query } = table;
  const { thresholds } = challenge.config;
  const { createdAt } = challenge;
  const path = `/challenges/${slug}/history`;
  const sentence = lastedSentence(survival);
  return (
    <div className="space-y-10">
      <div className="space-y-4">
        <p className="max-w-[60ch] text-lg">{sentence}</p>
        <p>
          What happens is in the challenge&apos;s <a href={`/challenges/${slug}/feed.xml`}>Atom feed</a>; each break has{" "}
          <Link href={`/breaks?challenge=${slug}`}>a page of its own</Link>.
        </p>
        <div className="flex flex-wrap gap-x-10 gap-y-4">
          <LifeFilters path={path} query={query} thresholds={thresholds} />
          <MomentForm path={path} given={given} at={query.at} beginning={createdAt} />
        </div>
      </div>
      <Section id="lives" title="Which stood when">
        <TableView
          table={table}
          cells={lifeCells(createdAt, scope.at)}
          caption="Defenses from their admission to their break"
          of="defenses"
          path={path}
          anchor="lives"
          given={given}
          rowKey={({ id }) => id}
          empty="No defense had been admitted."
        />
      </Section>
      <Section id="survival" title="How long they last">
        <p className="max-w-[68ch] text-quiet">
          From the admission to the fall under the threshold, in whole {survival.unit}; what stands was watched until
          then (a tick). What lay below the threshold unattacked lasted 0 {survival.unit}.
        </p>
        <SurvivalCurve
          title={`Share not yet ${query.threshold}, by ${survival.unit} since the admission`}
          description={sentence}
          curve={survival.curve}
          unit={survival.unit}
        />
      </Section>
      <Section id="frontier" title="The best of them">
        <Frontier
          frontier={frontier}
          json={address(`${path}.json`, given, {})}
          thresholds={thresholds}
          until={scope.at}
        />
      </Section>
      <div className="grid gap-10 lg:grid-cols-3">
        <Section id="weeks" title="Breaks per week">
          <Tallies caption="Breaks per week, latest first" head="Week from" tallies={weeks} />
        </Section>
        <Section id="people" title="Who breaks">
          <Tallies caption="Breaks by person" head="Person" tallies={people} />
        </Section>
        <Section id="techniques" title="By which technique">
          <Tallies caption="Breaks by technique" head="Technique" tallies={techniques} />
        </Section>
      </div>
    </div>
  );
}
