import type { Metadata } from "next";
import Link from "next/link";
import { evidenceSentence, hereSentence } from "#components/archive/evidence-sentence.ts";
import { FlagLinks } from "#components/archive/flag-links.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { countKinds } from "#data/lesson-evidence.ts";
import { readLessons } from "#data/lessons.ts";
import { getViewer } from "#data/session.ts";

export const metadata: Metadata = {
  title: "Lessons",
  description: "How published defenses broke, kind by kind, and how to evaluate a defense before submitting it.",
};

export default async function LessonsPage() {
  const viewer = await getViewer();
  const { lessons, checklist } = readLessons(viewer);
  const here = await countKinds(viewer);
  return (
    <div className="space-y-10">
      <div>
        <PageTitle>Lessons</PageTitle>
        <p className="max-w-[68ch] text-quiet">
          For whoever is about to submit a defense: what to try on it first, and how others like it broke. The figures
          are those of the <Link href="/archive">archive</Link>, and of the defenses here whose authors named their
          kind.
        </p>
      </div>
      <Section id="checklist" title="Before you submit">
        <ol className="max-w-[68ch] list-decimal space-y-2 ps-6">
          {checklist.map(({ todo, flags }) => (
            <li key={todo}>
              {todo}
              {flags.length > 0 && (
                <span className="block text-[0.875rem] text-quiet">
                  If not: <FlagLinks flags={flags} />
                </span>
              )}
            </li>
          ))}
        </ol>
      </Section>
      <Section id="kinds" title="Kind by kind">
        <ul className="grid gap-5 md:grid-cols-2">
          {lessons.map(({ slug, category, mistake, records }) => (
            <li key={slug} className="card space-y-2">
              <h3>
                <Link href={`/lessons/${slug}`} prefetch={false}>
                  {category}
                </Link>
              </h3>
              <p className="text-[0.875rem] text-quiet">
                {evidenceSentence(records)} {hereSentence(here.get(category))}
              </p>
              <p>{mistake}</p>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
