import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { RecordFacts } from "#components/archive/record-facts.tsx";
import { recordSentence } from "#components/archive/record-sentence.ts";
import { recordResultCells } from "#components/archive/result-cells.tsx";
import { ResultChart } from "#components/archive/result-chart.tsx";
import { StatusBadge } from "#components/archive/status-badge.tsx";
import { Corrected } from "#components/correction/corrected.tsx";
import { CorrectionList } from "#components/correction/correction-list.tsx";
import { JsonLd } from "#components/site/json-ld.tsx";
import { TableView } from "#components/table/table-view.tsx";
import { Note } from "#components/ui/note.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { Section } from "#components/ui/section.tsx";
import { readRecord, recordCitation } from "#data/archive.ts";
import { recordDataset } from "#data/archive-dataset.ts";
import { readResults } from "#data/archive-results.ts";
import { readCorrections } from "#data/corrections.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Given> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const record = readRecord(await getViewer(), (await params).id);
  if (!record) return {};
  const [title, description] = [`${record.name}, in the archive`, recordSentence(record)];
  return { title, description, openGraph: { title, description, type: "article", siteName: "Gauntlet" } };
}

export default async function RecordPage({ params, searchParams }: Props) {
  const [{ id }, given, viewer] = await Promise.all([params, searchParams, getViewer()]);
  const record = readRecord(viewer, id);
  if (!record) notFound();
  const path = `/archive/${id}`;
  const corrections = await readCorrections(viewer, id);
  return (
    <div className="space-y-10">
      <JsonLd data={recordDataset(viewer, record)} />
      <header className="space-y-4">
        <PageTitle trail={[{ href: "/archive", name: "Archive" }]}>{record.name}</PageTitle>
        <StatusBadge status={record.status} />
        <p className="max-w-[60ch] text-lg">{recordSentence(record)}</p>
        <p className="max-w-[68ch]">{record.idea}</p>
        {["name", "status", "idea", "notes"].map((field) => (
          <Corrected key={field} corrections={corrections} of={field} />
        ))}
        {record.notes !== undefined && (
          <Note tone="warning">
            <p>Note: {record.notes}</p>
          </Note>
        )}
      </header>
      <RecordFacts record={record} corrections={corrections} />
      <Section id="results" title="Later results">
        <ResultChart record={record} />
        <p className="max-w-[68ch] text-[0.875rem] text-quiet">
          Each result as it was published, hollow where it could not be read in a source. The line is the lowest so far;
          results may come from other test images or protocols, so it is not always one falling line.
        </p>
        <TableView
          table={readResults(viewer, { record: id }, given)!}
          cells={recordResultCells}
          caption={`Later results on ${record.name}`}
          of="results"
          path={path}
          anchor="results"
          given={given}
          rowKey={({ at }) => String(at)}
          empty="No later result was found. That is not a sign of strength: perhaps nobody looked."
        />
      </Section>
      <Section id="corrections" title="Corrections">
        {corrections.length > 0 && <CorrectionList proposals={corrections} />}
        <p className="max-w-[68ch]">
          {corrections.length === 0 && "None so far. "}Is something wrong, or is a later result missing?{" "}
          <Link href={`${path}/correct`} prefetch={false}>
            Propose a correction
          </Link>
          , with a source.
        </p>
      </Section>
      <Section id="sources" title="Sources">
        <ul className="list-disc space-y-1 ps-5">
          {record.sources.map((source) => (
            <li key={source} className="break-words">
              {source}
            </li>
          ))}
        </ul>
      </Section>
      <Section id="cite" title="Cite">
        <pre>{recordCitation(viewer, record)}</pre>
        <p className="no-print">
          <a href={`${path}.bib`}>BibTeX</a>, <a href={`${path}.json`}>JSON</a>, <a href={`${path}.csv`}>CSV</a>. The
          address of this page never changes.
        </p>
      </Section>
    </div>
  );
}
