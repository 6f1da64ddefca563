import type { Metadata } from "next";
import { ChallengeCard } from "#components/challenge/challenge-card.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { listChallenges } from "#data/challenges.ts";
import { getViewer } from "#data/session.ts";

export const metadata: Metadata = { title: "Challenges" };

export default async function ChallengesPage() {
  const challenges = await listChallenges(await getViewer());
  const groups = [
    { phase: "open", title: "Open" },
    { phase: "upcoming", title: "Not open yet" },
    { phase: "closed", title: "Closed" },
  ] as const;
  return (
    <>
      <PageTitle>Challenges</PageTitle>
      {challenges.length === 0 && (
        <Empty>
          There is no challenge yet. An organizer adds one with <code>npm run challenge -- add &lt;folder&gt;</code>.
        </Empty>
      )}
      <div className="space-y-10">
        {groups
          .map((group) => ({ ...group, members: challenges.filter(({ phase }) => phase === group.phase) }))
          .filter(({ members }) => members.length > 0)
          .map(({ phase, title, members }) => (
            <section key={phase} aria-labelledby={phase} className="space-y-4">
              <h2 id={phase}>{title}</h2>
              <div className="grid gap-5 md:grid-cols-2">
                {members.map((challenge) => (
                  <ChallengeCard key={challenge.id} challenge={challenge} />
                ))}
              </div>
            </section>
          ))}
      </div>
    </>
  );
}
