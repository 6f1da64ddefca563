import type { ArchiveRecord } from "#archive/record.ts";

const SPECIAL: Record<string, string> = {
  "\\": "\\textbackslash{}",
  // BibTeX counts braces even behind a backslash.
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
};

/** A text inside a BibTeX field: what TeX would read as a command is escaped. */
export function bibtexText(text: string): string {
  return text.replaceAll(/[\\{}<>|~^]/g, (sign) => SPECIAL[sign]!).replaceAll(/[#$%&_]/g, "\\$&");
}

/** Two BibTeX entries: the defense's own paper, and its record in the archive at `address`. */
export function recordBibtex({ id, name, paper }: ArchiveRecord, address: string): string {
  const own = {
    title: `{${bibtexText(paper.title)}}`,
    author: bibtexText(paper.authors)
      .replace(/ et al\.$/, " and others")
      .replaceAll(" \\& ", " and "),
    year: String(paper.year),
    note: bibtexText(paper.venue),
    ...(paper.arxiv !== null && { eprint: paper.arxiv, archiveprefix: "arXiv" }),
  };
  const record = {
    title: `{${bibtexText(name)}: claims and later results}`,
    author: "{Gauntlet archive}",
    howpublished: `\\url{${address}}`,
  };
  return `${bibtexEntry(id, own)}\n${bibtexEntry(`gauntlet-archive-${id}`, record)}`;
}

/** One entry of the kind that takes anything that has an address. Values are TeX already. */
export function bibtexEntry(key: string, fields: Record<string, string>): string {
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}},\n`);
  return `@misc{${key},\n${lines.join("")}}\n`;
}
