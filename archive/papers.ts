import { paperId } from "#archive/paper-id.ts";
import type { ArchiveRecord, ArchiveResult } from "#archive/record.ts";
import { records } from "#archive/records.ts";

/** Whoever reports results on published defenses: a paper at arXiv, or an evaluation that has no paper there. */
export interface ReportingPaper {
  /** The id at arXiv, else a slug of its name, authors and year: /archive/papers/{id}. */
  id: string;
  arxiv: string | null;
  /** Everybody whom the results name, in order of time. */
  authors: string[];
  /** What the results are called. */
  names: string[];
  year: number;
  results: { record: ArchiveRecord; result: ArchiveResult }[];
}

const all = records.flatMap((record) => record.breaks.map((result) => ({ record, result })));

/** Every paper, those that report most first. */
export const papers: readonly ReportingPaper[] = [...Map.groupBy(all, ({ result }) => paperId(result))]
  .map(([id, results]) => paperOf(id, results))
  .sort((a, b) => b.results.length - a.results.length || a.id.localeCompare(b.id, "en"));

function paperOf(id: string, results: ReportingPaper["results"]): ReportingPaper {
  const inTime = results.toSorted((a, b) => a.result.date.localeCompare(b.result.date, "en"));
  const distinct = (of: (result: ArchiveResult) => string) => [...new Set(inTime.map(({ result }) => of(result)))];
  return {
    ...{ id, arxiv: inTime[0]!.result.arxiv, results: inTime },
    ...{ authors: distinct(({ authors }) => authors), names: distinct(({ name }) => name) },
    year: inTime[0]!.result.year,
  };
}

const byId = new Map(papers.map((paper) => [paper.id, paper]));

/** The paper with that id. */
export function paperOfId(id: string): ReportingPaper | undefined {
  return byId.get(id);
}
