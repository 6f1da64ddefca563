import Link from "next/link";
import { Breaker } from "#components/break/breaker.tsx";
import type { BreakFacts } from "#components/break/facts.ts";
import { IntervalBar } from "#components/charts/interval-bar.tsx";
import { durationName } from "#components/ui/duration.ts";
import { countOf, percent } from "#components/ui/numbers.ts";
import { PersonLink } from "#components/ui/person.tsx";
import { Time } from "#components/ui/time.tsx";
import { wilson } from "#contest/interval.ts";

/** What is recorded of a break, and the other thresholds that the same fall crossed. */
export function BreakFactsList({ fall, same }: { fall: BreakFacts; same: { id: string; threshold: string }[] }) {
  const { defense, challenge, by, claim, n, standingBefore, standingAfter, evaluation } = fall;
  return (
    <dl className="facts">
      <dt>Defense</dt>
      <dd>
        <Link href={`/defenses/${defense.id}`}>
          <bdi>{defense.name}</bdi>
        </Link>{" "}
        by <PersonLink person={defense.author} />; <Link href={`/defenses/${defense.id}/history`}>its history</Link>
      </dd>
      <dt>Attack</dt>
      <dd>
        <Breaker {...by} />
      </dd>
      <dt>Challenge</dt>
      <dd>
        <Link href={`/challenges/${challenge.slug}`}>
          <bdi>{challenge.title}</bdi>
        </Link>
      </dd>
      <dt>Threshold</dt>
      <dd>
        {fall.threshold}: under {percent(fall.under)}
        {same.length > 0 && (
          <>
            {" "}
            (the same fall:{" "}
            {same.map(({ id, threshold }, i) => (
              <span key={id}>
                {i > 0 && ", "}
                <Link href={`/breaks/${id}`}>{threshold}</Link>
              </span>
            ))}
            )
          </>
        )}
      </dd>
      <dt>Claimed</dt>
      <dd className="num">{percent(claim)}</dd>
      <dt>Before</dt>
      <dd>
        <Standing standing={standingBefore} n={n} />
      </dd>
      <dt>After</dt>
      <dd>
        <Standing standing={standingAfter} n={n} />
      </dd>
      <dt>Taken</dt>
      <dd>
        {countOf(fall.taken, "point")}
        {evaluation !== null && (
          <>
            , in <Link href={`/evaluations/${evaluation}`}>evaluation {evaluation}</Link>
          </>
        )}
      </dd>
      <dt>When</dt>
      <dd>
        <Time at={fall.at} />, {durationName(fall.lasted)} after the defense was admitted
      </dd>
      <dt>Evaluator</dt>
      <dd>version {fall.version}</dd>
    </dl>
  );
}

function Standing({ standing, n }: { standing: number; n: number }) {
  const [low, high] = wilson(standing, n);
  return (
    <span className="flex flex-wrap items-center gap-x-3">
      <span className="num font-semibold">{percent(standing / n)}</span>
      <IntervalBar value={standing / n} low={low} high={high} />
      <span className="text-quiet">
        {standing} of {countOf(n, "point")}, 95 % interval {percent(low)} to {percent(high)}
      </span>
    </span>
  );
}
