import Link from "next/link";
import { threatSentence } from "#components/challenge/threat-sentence.ts";
import { count, percent } from "#components/ui/numbers.ts";
import { Time } from "#components/ui/time.tsx";
import { type ThreatModel, threatModelName } from "#contest/threat-model.ts";

interface Props {
  challenge: {
    slug: string;
    title: string;
    summary: string;
    n: number;
    grid: number | null;
    threatModel: ThreatModel;
    phase: "upcoming" | "open" | "closed";
    opensAt: Date;
    closesAt: Date | null;
    defenses: number;
    attacks: number;
    bestStanding: number | null;
  };
}

/** One challenge in a list: its threat model in words, how many took part, and how far the best defense holds. */
export function ChallengeCard({ challenge }: Props) {
  const { slug, title, summary, threatModel, grid, bestStanding, n } = challenge;
  return (
    <article className="card flex flex-col gap-3">
      <header>
        <h3 className="text-lg">
          <Link href={`/challenges/${slug}`} className="text-ink no-underline hover:underline">
            {title}
          </Link>
        </h3>
        <p className="text-[0.875rem] text-quiet">
          {threatModelName(threatModel, grid)} · <Dates {...challenge} />
        </p>
      </header>
      <p>{summary}</p>
      <p className="text-[0.875rem] text-quiet">{threatSentence(threatModel, grid)}</p>
      <dl className="mt-auto flex flex-wrap gap-x-8 gap-y-2 border-line border-t pt-3">
        <Figure name="Best robust accuracy">
          {bestStanding === null ? "none ranked yet" : percent(bestStanding / n)}
        </Figure>
        <Figure name="Defenses" href={`/challenges/${slug}/defenses`}>
          {count(challenge.defenses)}
        </Figure>
        <Figure name="Attacks" href={`/challenges/${slug}/attacks`}>
          {count(challenge.attacks)}
        </Figure>
      </dl>
    </article>
  );
}

function Figure({ name, href, children }: { name: string; href?: string; children: string }) {
  return (
    <div>
      <dt className="text-[0.8125rem] text-quiet">{name}</dt>
      <dd className="num text-base">
        {href === undefined ? (
          children
        ) : (
          <Link href={href} className="text-inherit">
            {children}
          </Link>
        )}
      </dd>
    </div>
  );
}

function Dates({ phase, opensAt, closesAt }: Props["challenge"]) {
  if (phase === "upcoming")
    return (
      <>
        opens <Time at={opensAt} />
      </>
    );
  if (closesAt === null) return "open, no closing date";
  return (
    <>
      {phase === "closed" ? "closed" : "open until"} <Time at={closesAt} />
    </>
  );
}
