import { z } from "zod";
import type { ArchiveRecord } from "#archive/record.ts";

/** What a visitor proposes to correct in a record: a field of it, one of its later results, or what it lacks. */

/** A part of a record that can be wrong. */
export interface Correctable {
  /** "claim", "result-3": the form's value. */
  value: string;
  /** What it is called. */
  label: string;
  /** What the record says there now; empty for what is missing. */
  says: string;
}

/** Everything in a record that a correction can be about, in the order of its page. */
export function correctables(record: ArchiveRecord): Correctable[] {
  const { paper, threatModel, claim, breaks } = record;
  const percent = (value: number | null) => (value === null ? "no figure" : `${value} %`);
  const epsilon = threatModel.epsilon === null ? "" : ` ${threatModel.epsilon}`;
  return [
    { value: "name", label: "Name", says: record.name },
    { value: "idea", label: "Idea", says: record.idea },
    { value: "status", label: "Status", says: record.status },
    { value: "title", label: "Title of the paper", says: paper.title },
    { value: "authors", label: "Authors", says: paper.authors },
    { value: "venue", label: "Venue", says: paper.venue },
    { value: "arxiv", label: "arXiv id", says: paper.arxiv ?? "none" },
    { value: "year", label: "Year", says: String(paper.year) },
    { value: "category", label: "Category", says: record.category },
    { value: "dataset", label: "Data set", says: record.dataset },
    { value: "threat-model", label: "Threat model", says: `${threatModel.norm}${epsilon}; ${threatModel.access}` },
    { value: "claim", label: "Claim", says: `${claim.metric}: ${percent(claim.value)}` },
    { value: "claim-date", label: "Date of the claim", says: claim.date },
    ...breaks.map(({ name, date, resultingRobustAccuracy }, at) => ({
      value: `result-${at}`,
      label: `Later result: ${name} (${date})`,
      says: percent(resultingRobustAccuracy),
    })),
    { value: "missing", label: "A later result that is missing", says: "" },
    { value: "notes", label: "Notes", says: record.notes ?? "" },
    { value: "other", label: "Something else", says: "" },
  ];
}

/** One line, without what nobody sees or what turns the direction of the text around it. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most, `expected at most ${most} characters`)
    .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u, "expected one line without control characters");

const ARXIV = /^(?:arxiv:)?(\d{4}\.\d{4,5}|[a-z-]{2,20}\/\d{7})(?:v\d{1,2})?$/i;

/** A link, or an arXiv id, which becomes the link to its page. */
const Source = line(500).transform((text, context) => {
  const id = ARXIV.exec(text)?.[1];
  if (id !== undefined) return `https://arxiv.org/abs/${id}`;
  const link = z.url({ protocol: /^https?$/, hostname: z.regexes.domain }).safeParse(text);
  if (link.success) return link.data;
  context.addIssue({
    code: "custom",
    message: "expected a link that starts with https://, or an arXiv id such as 2003.01690",
  });
  return z.NEVER;
});

/** The form's fields as they arrive. */
export const CorrectionForm = z.object({
  field: z.string().max(40),
  says: line(1000).min(1, "expected what the record should say"),
  source: Source,
  note: line(1000).default(""),
});

/** Why a proposal was accepted or declined: everybody reads it. */
export const DecisionReason = line(500).min(1, "expected a reason");
