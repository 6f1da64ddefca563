import { lifetimeOf } from "#archive/lifetime.ts";
import { claimedAccuracy, lowestResult } from "#archive/outcome.ts";
import type { ArchiveRecord, ArchiveResult } from "#archive/record.ts";
import type { Column } from "#data/table.ts";

/** The archive's columns, for page, CSV and JSON alike. Figures are in percent, as in the file and in its sources. */
export const archiveColumns: readonly Column<ArchiveRecord>[] = [
  { key: "name", head: "Defense", about: "Its name", value: ({ name }) => name, sort: "asc" },
  { key: "id", head: "Id", about: "Its id: /archive/{id}", value: ({ id }) => id },
  { key: "authors", head: "Authors", about: "Who published it", value: ({ paper }) => paper.authors, sort: "asc" },
  { key: "year", head: "Year", about: "Year of its paper", value: ({ paper }) => paper.year, sort: "desc" },
  { key: "arxiv", head: "arXiv", about: "Its paper's id at arXiv", value: ({ paper }) => paper.arxiv },
  { key: "category", head: "Category", about: "What kind of defense", value: ({ category }) => category, sort: "asc" },
  { key: "dataset", head: "Data set", about: "What it was tried on", value: ({ dataset }) => dataset, sort: "asc" },
  { key: "norm", head: "Norm", about: "Norm of the perturbation", value: ({ threatModel }) => threatModel.norm },
  {
    key: "epsilon",
    head: "ε",
    about: "Size of the perturbation on the [0,1] pixel scale; for L0 in pixels",
    value: ({ threatModel }) => threatModel.epsilon,
  },
  { key: "metric", head: "Metric", about: "What was claimed", value: ({ claim }) => claim.metric },
  { key: "claim", head: "Claim", about: "The claimed value in percent", value: ({ claim }) => claim.value },
  {
    key: "claimed",
    head: "Claimed",
    about: "The claim as robust accuracy in percent; empty for rates of detection and without a figure",
    value: claimedAccuracy,
    sort: "desc",
  },
  {
    key: "lowest",
    head: "Lowest result",
    about: "Lowest later result in percent, whatever its protocol",
    value: (record) => lowestResult(record)?.resultingRobustAccuracy ?? null,
    sort: "asc",
  },
  {
    key: "status",
    head: "Status",
    about: "standing, partially broken or broken",
    value: ({ status }) => status,
    sort: "asc",
  },
  { key: "results", head: "Results", about: "Later results on it", value: ({ breaks }) => breaks.length, sort: "desc" },
  {
    key: "months",
    head: "Months",
    about:
      "From the claim to what broke it, or to the last result where nothing did; half a year stands for a date without month",
    value: (record) => lifetimeOf(record).time,
    sort: "asc",
  },
  { key: "claimDate", head: "Claimed on", about: "Date of the claim", value: ({ claim }) => claim.date, sort: "desc" },
  {
    key: "verified",
    head: "Verified",
    about: "Whether the claim was read in its source",
    value: ({ claim }) => claim.verified,
  },
];

/** A later result, with the record that it is about. */
export interface ResultRow {
  record: ArchiveRecord;
  result: ArchiveResult;
  /** Its place among the record's results, from 0. */
  at: number;
  /** It is the result by which the record became broken. */
  broke: boolean;
}

/** The columns of later results, of one record or of all. */
export const resultColumns: readonly Column<ResultRow>[] = [
  {
    key: "date",
    head: "Date",
    about: "When it was published; a year where no month is known",
    value: ({ result }) => result.date,
    sort: "asc",
  },
  { key: "defense", head: "Defense", about: "What was evaluated", value: ({ record }) => record.name, sort: "asc" },
  { key: "id", head: "Id", about: "Its id: /archive/{id}", value: ({ record }) => record.id },
  { key: "name", head: "Result", about: "What the result is called", value: ({ result }) => result.name, sort: "asc" },
  { key: "authors", head: "By", about: "Whose result it is", value: ({ result }) => result.authors, sort: "asc" },
  { key: "arxiv", head: "arXiv", about: "The paper's id at arXiv", value: ({ result }) => result.arxiv },
  {
    key: "kind",
    head: "Kind",
    about: "attack, re-evaluation, leaderboard entry or own evaluation",
    value: ({ result }) => result.kind,
    sort: "asc",
  },
  {
    key: "technique",
    head: "Technique",
    about: "How it was done",
    value: ({ result }) => result.technique,
    sort: "asc",
  },
  {
    key: "accuracy",
    head: "Left",
    about: "Robust accuracy that it left, in percent; empty where no source gives a figure",
    value: ({ result }) => result.resultingRobustAccuracy,
    sort: "asc",
  },
  {
    key: "broke",
    head: "Broke it",
    about: "Whether the defense counts as broken from this result on",
    value: ({ broke }) => broke,
  },
  {
    key: "other",
    head: "Other measure",
    about: "What was measured in place of robust accuracy",
    value: ({ result }) => otherMeasures(result),
  },
  {
    key: "verified",
    head: "Verified",
    about: "Whether it was read in its source",
    value: ({ result }) => result.verified,
  },
  { key: "source", head: "Source", about: "Where it was read", value: ({ result }) => result.source },
  {
    key: "note",
    head: "Note",
    about: "What to know before it is compared",
    value: ({ result }) => result.note ?? null,
  },
];

function otherMeasures({ otherMetric }: ArchiveResult): string | null {
  if (otherMetric === undefined) return null;
  return Object.entries(otherMetric)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
