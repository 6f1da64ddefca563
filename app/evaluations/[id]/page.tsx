import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { IntervalBar } from "#components/charts/interval-bar.tsx";
import { VerdictMap } from "#components/charts/verdict-map.tsx";
import { Provenance } from "#components/defense/provenance.tsx";
import { Note } from "#components/ui/note.tsx";
import { count, countOf, percent } from "#components/ui/numbers.ts";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { wilson } from "#contest/interval.ts";
import { type EvaluationView, readEvaluation } from "#data/evaluation.ts";
import { getViewer } from "#data/session.ts";

type Props = { params: Promise<{ id: string }> };

export const metadata: Metadata = { title: "An evaluation" };

export default async function EvaluationPage({ params }: Props) {
  const evaluation = await readEvaluation(await getViewer(), (await params).id);
  if (!evaluation) notFound();
  const { challenge, defense, kind, bits, by } = evaluation;
  return (
    <div className="space-y-10">
      <PageTitle
        trail={[
          { href: `/challenges/${challenge.slug}`, name: challenge.title },
          { href: `/defenses/${defense.id}`, name: defense.name },
        ]}
      >
        {kind === "attack" || kind === "house" ? `${by.name} against ${defense.name}` : `${defense.name}, ${kind}`}
      </PageTitle>
      {kind === "holdout" ? (
        <Note>
          The holdout is hidden, and nothing but whole percents leaves it:{" "}
          <Link href={`/defenses/${defense.id}`}>the defense&apos;s page</Link> has them.
        </Note>
      ) : (
        <Counts evaluation={evaluation} />
      )}
      {bits && defense.cleanBits && kind !== "clean" && (
        <Section id="points" title="Point by point">
          <VerdictMap
            n={challenge.n}
            bits={bits}
            clean={defense.cleanBits}
            attacked={evaluation.points}
            stood={evaluation.stood}
          />
        </Section>
      )}
      <Section id="provenance" title="How it was measured">
        <Provenance evaluation={evaluation} />
        <p className="mt-4 max-w-prose text-[0.875rem] text-quiet">
          <a href={`/api/v1/evaluations/${evaluation.id}/receipt`}>The signed receipt</a> names all of this and every
          verdict. <code>npm run gauntlet -- reproduce {evaluation.id}</code> checks it with{" "}
          <a href="/.well-known/gauntlet-key.json">the site&apos;s key</a>, measures again and compares.
        </p>
      </Section>
    </div>
  );
}

function Counts({ evaluation }: { evaluation: EvaluationView }) {
  const { kind, by, defense, attacked, broken, taken, invalid, crashed, standingBefore, standingAfter } = evaluation;
  const n = evaluation.challenge.n;
  const [low, high] = wilson(broken, attacked);
  return (
    <dl className="facts">
      <dt>Defense</dt>
      <dd>
        <Link href={`/defenses/${defense.id}`}>
          <bdi>{defense.name}</bdi>
        </Link>
      </dd>
      {kind !== "clean" && (
        <>
          <dt>Attack</dt>
          <dd>
            {by.attack ? (
              <Link href={`/attacks/${by.attack.id}?defense=${defense.id}#gallery`}>
                <bdi>{by.name}</bdi>
              </Link>
            ) : (
              `${by.name} (house)`
            )}
          </dd>
        </>
      )}
      <dt>{kind === "clean" ? "Wrong when clean" : "Broken"}</dt>
      <dd>
        {attacked === 0 ? (
          "none of its points was attacked"
        ) : (
          <span className="flex flex-wrap items-center gap-x-3">
            <span className="num font-semibold">{percent(broken / attacked)}</span>
            <IntervalBar value={broken / attacked} low={low} high={high} />
            <span className="text-quiet">
              {count(broken)} of {count(attacked)} points, 95 % interval {percent(low)} to {percent(high)}
            </span>
          </span>
        )}
      </dd>
      <dt>Standing</dt>
      <dd>
        <span className="num">
          {percent(standingBefore / n)} → {percent(standingAfter / n)}
        </span>{" "}
        ({countOf(taken, "point")} taken)
      </dd>
      <dt>Without a valid answer</dt>
      <dd>
        {count(invalid)} rows{crashed > 0 ? `, ${count(crashed)} whose run crashed twice` : ""}
      </dd>
    </dl>
  );
}
