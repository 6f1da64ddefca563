import { stringify } from "yaml";
import { bibtexEntry, bibtexText } from "#archive/bibtex.ts";
import { type Citation, dayOf } from "#components/cite/citation.ts";

export type CitationFormat = "bib" | "cff";

/** A citation as a file: its text, media type, name, and for how many seconds it may be kept. */
export function writeCitation(format: CitationFormat, citation: Citation) {
  // Results change; what is cited is the address.
  const maxAge = 300;
  if (format === "cff") return { body: writeCff(citation), type: "application/yaml", file: "CITATION.cff", maxAge };
  const type = "application/x-bibtex; charset=utf-8";
  return { body: writeBibtex(citation), type, file: `${citation.key}.bib`, maxAge };
}

/** The format that an address ends with, or null. */
export function citationFormat(ending: string): CitationFormat | null {
  return ending === "bib" || ending === "cff" ? ending : null;
}

/** As a BibTeX entry. Names of people are written whole: nobody can tell which part of them is the family's. */
export function writeBibtex({ key, title, authors, at, url, note }: Citation): string {
  return bibtexEntry(key, {
    title: `{${tex(title)}}`,
    author: authors.map((name) => `{${tex(name)}}`).join(" and "),
    year: String(at.getUTCFullYear()),
    month: String(at.getUTCMonth() + 1),
    howpublished: `\\url{${url}}`,
    note: tex(note),
  });
}

/** As a CITATION.cff (Citation File Format 1.2.0). */
export function writeCff({ type, title, authors, at, url, note, keywords, sha256, code }: Citation): string {
  return stringify(
    {
      "cff-version": "1.2.0",
      message: "If you use this result, please cite it as below.",
      type,
      title: oneLine(title),
      authors: authors.map((name) => ({ name: oneLine(name) })),
      "date-released": dayOf(at),
      url,
      abstract: oneLine(note),
      keywords,
      ...(code !== undefined && { "repository-code": code }),
      ...(sha256 !== undefined && {
        identifiers: [{ type: "other", value: `sha256:${sha256}`, description: "SHA-256 of what was measured" }],
      }),
    },
    { lineWidth: 0 },
  );
}

function tex(text: string): string {
  return bibtexText(oneLine(text)).replaceAll("\u00a0", "~");
}

/** Without what would break a line or turn its direction. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/\p{Bidi_Control}/gu, "");
}
