import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { evidenceSentence } from "#components/archive/evidence-sentence.ts";
import { FlagLinks } from "#components/archive/flag-links.tsx";
import { LiveEvidence } from "#components/archive/live-evidence.tsx";
import { archiveWith, recordCells } from "#components/archive/record-cells.tsx";
import { survivalSentence } from "#components/archive/survival-sentence.ts";
import { SurvivalCurve } from "#components/charts/survival-curve.tsx";
import { DataTable } from "#components/table/data-table.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { archiveColumns } from "#data/archive-columns.ts";
import { lifetimes } from "#data/archive-figures.ts";
import { readLiveEvidence } from "#data/lesson-evidence.ts";
import { readLesson } from "#data/lessons.ts";
import { getViewer } from "#data/session.ts";

type Props = { params: Promise<{ category: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const lesson = readLesson(await getViewer(), (await params).category);
  return lesson ? { title: `Lesson: ${lesson.category}`, description: lesson.mistake } : {};
}

export default async function LessonPage({ params }: Props) {
  const [{ category: slug }, viewer] = await Promise.all([params, getViewer()]);
  const lesson = readLesson(viewer, slug);
  if (!lesson) notFound();
  const { category, mistake, instead, flags, records } = lesson;
  const lives = lifetimes(viewer, records);
  const sentence = survivalSentence(lives);
  const live = await readLiveEvidence(viewer, lesson);
  return (
    <div className="space-y-10">
      <div className="space-y-4">
        <PageTitle trail={[{ href: "/lessons", name: "Lessons" }]}>{category}</PageTitle>
        <p className="max-w-[60ch] text-lg">{evidenceSentence(records)}</p>
        <dl className="facts max-w-[76ch]">
          <dt>What goes wrong</dt>
          <dd>{mistake}</dd>
          <dt>What to do instead</dt>
          <dd>{instead}</dd>
          <dt>Red flags to look for</dt>
          <dd>
            <FlagLinks flags={flags} />
          </dd>
        </dl>
      </div>
      <Section id="lasted" title="How long they lasted">
        <p className="max-w-[68ch]">{sentence}</p>
        <SurvivalCurve
          title={`Share not yet broken, by months since the claim: ${category}`}
          description={sentence}
          curve={lives.curve}
          unit="months"
        />
      </Section>
      <Section id="here" title="On this site">
        <LiveEvidence {...live} now={new Date()} />
      </Section>
      <Section id="evidence" title="In the literature">
        <DataTable
          caption={`Published defenses: ${category}`}
          columns={archiveColumns}
          cells={recordCells.filter(({ key }) => key !== "category")}
          rows={records}
          rowKey={({ id }) => id}
        />
        <p>
          <Link href={archiveWith("category", category)}>These in the archive</Link>, to sort, filter and take along.
        </p>
      </Section>
    </div>
  );
}
