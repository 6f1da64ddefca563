import type { ArchiveRecord } from "#archive/record.ts";
import { records } from "#archive/records.ts";
import { isNear, placedWords } from "#data/search-words.ts";

/** A record's words, folded, each once: of its name, its paper and its authors, and of everything that it says. */
interface Words {
  record: ArchiveRecord;
  title: readonly string[];
  all: readonly string[];
}

/** The texts of a record that are searched; what tells it apart comes first. */
export function textsOf({ id, name, paper, idea, category, dataset, notes = "", claim, breaks }: ArchiveRecord) {
  const results = breaks.flatMap((result) => [
    result.name,
    result.authors,
    result.technique,
    result.note ?? "",
    result.arxiv ?? "",
  ]);
  return {
    title: [name, paper.title, paper.authors, id],
    rest: [
      idea,
      category,
      dataset,
      notes,
      paper.venue,
      paper.arxiv ?? "",
      String(paper.year),
      claim.note ?? "",
      ...results,
    ],
  };
}

const words: readonly Words[] = records.map((record) => {
  const { title, rest } = textsOf(record);
  const distinct = (texts: string[]) => [...new Set([...placedWords(texts.join("\n"))].map(({ word }) => word))];
  return { record, title: distinct(title), all: distinct([...title, ...rest]) };
});

/** The records that have every word, or one that begins so. */
export function recordsWith(asked: readonly string[]): ArchiveRecord[] {
  return words
    .filter(({ all }) => asked.every((word) => all.some((own) => own.startsWith(word))))
    .map(({ record }) => record);
}

/** The records with a word in name, title or authors that is like each of those asked for, short ones left aside. */
export function recordsLike(asked: readonly string[]): ArchiveRecord[] {
  const longer = asked.filter((word) => word.length >= 4);
  if (longer.length === 0) return [];
  return words
    .filter(({ title }) => longer.every((word) => title.some((own) => own.startsWith(word) || isNear(word, own))))
    .map(({ record }) => record);
}
