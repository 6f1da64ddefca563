import type { Metadata } from "next";
import Link from "next/link";
import { countOf } from "#components/ui/numbers.ts";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { FLAG_RULES } from "#contest/flag-rules.ts";
import { FLAG_IDS, FLAG_WORDS } from "#contest/flags.ts";
import { latestFlagged } from "#data/flags.ts";
import { countFlags } from "#data/lesson-evidence.ts";
import { lessonsOfFlag } from "#data/lessons.ts";
import { getViewer } from "#data/session.ts";

export const metadata: Metadata = {
  title: "Red flags",
  description:
    "Signs that a defense hides its gradient rather than being robust: when each is raised, what it means and what to do.",
};

export default async function FlagsPage() {
  const viewer = await getViewer();
  const [flagged, counts] = await Promise.all([latestFlagged(viewer), countFlags(FLAG_IDS)]);
  return (
    <div className="space-y-8">
      <div>
        <PageTitle>Red flags</PageTitle>
        <p className="max-w-[68ch] text-quiet">
          Signs that a defense hides its gradient rather than being robust, so that attacks find less than there is.
          Checks look for them on every defense, after the quick and after the full tier of the gauntlet; the
          defense&apos;s page shows what they found. A flag changes no score and no rank. A note states a fact that
          changes how results are read. That none is raised proves nothing.
        </p>
      </div>
      {FLAG_IDS.map((id) => {
        const { title, level, raisedIf, means, advice } = FLAG_RULES[id];
        return (
          <Section key={id} id={id} title={title}>
            <dl className="grid max-w-[80ch] gap-x-6 gap-y-2 sm:grid-cols-[9rem_1fr]">
              <Part name="Kind">{FLAG_WORDS[level]}</Part>
              <Part name="Raised if">{raisedIf}</Part>
              <Part name="What it means">{means}</Part>
              <Part name="What to do">{advice}</Part>
              <Part name="Lessons">
                <Lessons lessons={lessonsOfFlag(viewer, id)} />
              </Part>
              <Part name="Raised on">
                {raisedSentence(counts.find((count) => count.id === id))}
                <Defenses defenses={flagged.get(id) ?? []} />
              </Part>
            </dl>
          </Section>
        );
      })}
    </div>
  );
}

function Part({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-quiet">{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function raisedSentence(count: { raised: number; broken: number } | undefined): string {
  if (!count?.raised) return "no defense so far";
  return `${countOf(count.raised, "defense")}, of which ${count.broken || "none"} broke; the latest:`;
}

function Lessons({ lessons }: { lessons: readonly { slug: string; category: string }[] }) {
  if (lessons.length === 0) return <Link href="/lessons#checklist">the checklist</Link>;
  return (
    <ul className="flex flex-wrap gap-x-4">
      {lessons.map(({ slug, category }) => (
        <li key={slug}>
          <Link href={`/lessons/${slug}`} prefetch={false}>
            {category}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Defenses({ defenses }: { defenses: readonly { id: string; name: string }[] }) {
  if (defenses.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-x-4">
      {defenses.map(({ id, name }) => (
        <li key={id}>
          <Link href={`/defenses/${id}#gauntlet`} prefetch={false}>
            <bdi>{name}</bdi>
          </Link>
        </li>
      ))}
    </ul>
  );
}
