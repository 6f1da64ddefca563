import Link from "next/link";
import { BreakList } from "#components/challenge/break-list.tsx";
import { ChallengeCard } from "#components/challenge/challenge-card.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { latestBreaks } from "#data/breaks.ts";
import { listChallenges } from "#data/challenges.ts";
import { getViewer } from "#data/session.ts";

export default async function HomePage() {
  const viewer = await getViewer();
  const [challenges, breaks] = await Promise.all([listChallenges(viewer), latestBreaks(viewer, 10)]);
  const live = challenges.filter(({ phase }) => phase !== "closed");
  return (
    <div className="space-y-12">
      <section className="max-w-[46rem] space-y-4 pt-2">
        <h1>Defenses that hold, and the attacks that broke the rest.</h1>
        <p className="text-[1.0625rem] text-quiet leading-relaxed">
          Researchers submit classifiers that claim to withstand adversarial examples. Everybody else tries to break
          them. Every attack meets every defense, a sandbox measures each pair, and every defense keeps its history.
        </p>
      </section>
      <section aria-labelledby="live" className="space-y-4">
        <h2 id="live">Challenges</h2>
        {live.length === 0 ? (
          <Empty>
            No challenge is running. An organizer adds one with <code>npm run challenge -- add &lt;folder&gt;</code>.
          </Empty>
        ) : (
          <div className="grid gap-5 md:grid-cols-2">
            {live.map((challenge) => (
              <ChallengeCard key={challenge.id} challenge={challenge} />
            ))}
          </div>
        )}
        {live.length < challenges.length && (
          <p>
            <Link href="/challenges">All challenges, closed ones included</Link>
          </p>
        )}
      </section>
      <section aria-labelledby="breaks" className="space-y-4">
        <h2 id="breaks">Latest breaks</h2>
        {breaks.length === 0 ? (
          <Empty>
            Nothing has broken yet. Take a challenge&apos;s points and a baseline from its page, and be the first.
          </Empty>
        ) : (
          <>
            <BreakList breaks={breaks} />
            <p>
              <Link href="/breaks" prefetch={false}>
                All breaks
              </Link>
              , and what happens as an <a href="/feed.xml">Atom feed</a>.
            </p>
          </>
        )}
      </section>
    </div>
  );
}
