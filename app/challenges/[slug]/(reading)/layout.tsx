import Link from "next/link";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { ChallengeTabs } from "#components/challenge/challenge-tabs.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { readChallenge } from "#data/challenges.ts";
import { getViewer } from "#data/session.ts";

export default async function ChallengeLayout(props: { children: ReactNode; params: Promise<{ slug: string }> }) {
  const { slug } = await props.params;
  const challenge = await readChallenge(await getViewer(), slug);
  if (!challenge) notFound();
  const actions = challenge.phase === "open" && (
    <>
      <Link href={`/challenges/${slug}/submit/defense`} className="button">
        Submit a defense
      </Link>
      <Link href={`/challenges/${slug}/submit/attack`} className="button button-primary">
        Submit an attack
      </Link>
    </>
  );
  return (
    <>
      <PageTitle trail={[{ href: "/challenges", name: "Challenges" }]} actions={actions}>
        {challenge.title}
      </PageTitle>
      <ChallengeTabs slug={slug} />
      {props.children}
    </>
  );
}
