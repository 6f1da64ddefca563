import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ArxivLink } from "#components/archive/figures.tsx";
import { resultCells } from "#components/archive/result-cells.tsx";
import { TableView } from "#components/table/table-view.tsx";
import { countOf } from "#components/ui/numbers.ts";
import { PageTitle } from "#components/ui/page-title.tsx";
import { readPaper } from "#data/archive-papers.ts";
import { readResults } from "#data/archive-results.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { params: Promise<{ id: string }>; searchParams: Promise<Given> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const row = readPaper(await getViewer(), (await params).id);
  return row ? { title: `${row.paper.authors[0]} ${row.paper.year}: what it broke` } : {};
}

export default async function PaperPage({ params, searchParams }: Props) {
  const [{ id }, given, viewer] = await Promise.all([params, searchParams, getViewer()]);
  const row = readPaper(viewer, id);
  if (!row) notFound();
  const { paper, defenses, broke } = row;
  const table = readResults(viewer, { paper: id }, given)!;
  return (
    <div className="space-y-6">
      <PageTitle
        trail={[
          { href: "/archive", name: "Archive" },
          { href: "/archive/papers", name: "Who broke them" },
        ]}
      >
        {paper.authors[0]}, {paper.year}
      </PageTitle>
      <p className="max-w-[68ch]">
        Reports {countOf(paper.results.length, "result")} on {countOf(defenses, "published defense")};{" "}
        {broke === 0 ? "none counts" : `${broke} of them count${broke === 1 ? "s" : ""}`} as broken from this result on.{" "}
        {paper.arxiv === null ? "No paper at arXiv is known; each result names its source." : null}
        {paper.arxiv !== null && <ArxivLink id={paper.arxiv} verified={null} />}
      </p>
      <TableView
        table={table}
        cells={resultCells}
        caption={`Results reported by ${paper.authors[0]}, ${paper.year}`}
        of="results"
        path={`/archive/papers/${id}`}
        given={{ ...given, size: String(table.query.size) }}
        rowKey={({ record, at }) => `${record.id} ${at}`}
        empty="No result matches."
      />
    </div>
  );
}
