import type { ArchiveResult } from "#archive/record.ts";
import { slugOf } from "#archive/slug.ts";

/** Where the paper that reports a result has its page: its id at arXiv, else a slug of its name, authors and year. */
export function paperId({ arxiv, name, authors, year }: ArchiveResult): string {
  return arxiv ?? slugOf(`${name} ${authors} ${year}`);
}
