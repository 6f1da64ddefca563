import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { ChallengeTabs } from "#components/challenge/challenge-tabs.tsx";
import { feedAlternates } from "#components/feed/alternates.ts";
import { previewMetadata } from "#components/preview/preview-metadata.ts";
import { PageTitle } from "#components/ui/page-title.tsx";
import { readChallenge } from "#data/challenges.ts";
import { getViewer } from "#data/session.ts";

type Props = { children: ReactNode; params: Promise<{ slug: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const challenge = await readChallenge(await getViewer(), (await params).slug);
  if (!challenge) return {};
  const { slug, title, summary } = challenge;
  return {
    title: { default: title, template: `%s · ${title} · Gauntlet` },
    description: summary,
    alternates: feedAlternates(`/challenges/${slug}`, title),
    ...previewMetadata(`/challenges/${slug}`, title, "The first defenses of the board and what is left of them"),
  };
}

export default async function ChallengeLayout(props: Props) {
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
