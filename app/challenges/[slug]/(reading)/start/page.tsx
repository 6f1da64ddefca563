import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Markdown } from "#components/ui/markdown.tsx";
import { Section } from "#components/ui/section.tsx";
import { readChallenge } from "#data/challenges.ts";
import { getViewer } from "#data/session.ts";
import { subjectOf } from "../../starter-kit.zip/subject.ts";
import { kitTexts } from "../../starter-kit.zip/texts.ts";

type Props = { params: Promise<{ slug: string }> };

export const metadata: Metadata = { title: "Starter kit" };

/** What the README of the challenge's starter kit says, and the kit. */
export default async function StartPage({ params }: Props) {
  const challenge = await readChallenge(await getViewer(), (await params).slug);
  if (!challenge) notFound();
  const { intro, parts } = kitTexts(subjectOf(challenge));
  return (
    <div className="space-y-10">
      <div className="space-y-4">
        <Markdown>{intro}</Markdown>
        <p>
          <a href={`/challenges/${challenge.slug}/starter-kit.zip`} className="button button-primary" download>
            {challenge.slug}-starter-kit.zip
          </a>
        </p>
      </div>
      {parts.map(({ title, text }) => (
        <Section key={title} id={title.toLowerCase().replaceAll(" ", "-")} title={title}>
          <Markdown>{text}</Markdown>
        </Section>
      ))}
    </div>
  );
}
