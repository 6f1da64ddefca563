import type { ReactNode } from "react";
import { LevelBadge } from "#components/ui/level-badge.tsx";
import { count, percent } from "#components/ui/numbers.ts";
import { PersonLink } from "#components/ui/person.tsx";
import { Time } from "#components/ui/time.tsx";
import type { ChallengeFile } from "#contest/challenge.ts";

interface Props {
  challenge: {
    sha256: string;
    n: number;
    opensAt: Date;
    closesAt: Date | null;
    revealsAt: Date | null;
    organizer: { handle: string; name: string };
  };
  config: ChallengeFile;
}

/** Dates, limits and thresholds of a challenge. */
export function ChallengeFacts({ challenge, config }: Props) {
  const { thresholds, limits, data } = config;
  return (
    <section aria-labelledby="facts" className="space-y-4">
      <h2 id="facts">Terms</h2>
      <dl className="facts text-[0.875rem]">
        <Fact name="Opens">
          <Time at={challenge.opensAt} />
        </Fact>
        <Fact name="Closes">{challenge.closesAt ? <Time at={challenge.closesAt} /> : "no date set"}</Fact>
        <Fact name="Examples revealed">{challenge.revealsAt ? <Time at={challenge.revealsAt} /> : "no date set"}</Fact>
        <Fact name="Points">
          <span className="num">{count(challenge.n)}</span> inputs,{" "}
          <span className="num">{data.shape.join(" × ")}</span>, values {data.range.join(" to ")}
        </Fact>
        <Fact name="Classes">{data.classes.join(", ")}</Fact>
        <Fact name="Ranked from">
          <span className="num">{percent(config.minimumCleanAccuracy)}</span> clean accuracy
        </Fact>
        {(["weakened", "broken", "collapsed"] as const).map((level) => (
          <Fact key={level} name={<LevelBadge level={level} />}>
            below <span className="num">{percent(thresholds[level])}</span>
          </Fact>
        ))}
        <Fact name="Limits a day">
          <span className="num">{limits.defensesPerDay}</span> defenses,{" "}
          <span className="num">{limits.attacksPerDay}</span> attacks
        </Fact>
        {config.queries && (
          <Fact name="Queries">
            <span className="num">{count(config.queries.budget)}</span> a person and defense, answered with{" "}
            {config.queries.answers}
          </Fact>
        )}
        <Fact name="Randomised models">
          run <span className="num">{config.draws}</span> times, majority counts
        </Fact>
        <Fact name="Organizer">
          <PersonLink person={challenge.organizer} />
        </Fact>
        <Fact name="SHA-256">
          <code>{challenge.sha256}</code>
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
