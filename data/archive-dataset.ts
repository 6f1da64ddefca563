import "server-only";
import type { ArchiveRecord } from "#archive/record.ts";
import { records } from "#archive/records.ts";
import { siteAddress } from "#data/site.ts";
import type { Viewer } from "#data/viewer.ts";

const FORMATS = { json: "application/json", csv: "text/csv" };

/** The whole archive as a Dataset of schema.org, with where to take it from. */
export function archiveDataset(_viewer: Viewer | null) {
  const results = records.reduce((sum, { breaks }) => sum + breaks.length, 0);
  return dataset("/archive", {
    name: "Published defenses against adversarial examples and what became of them",
    description: `${records.length} published defenses: what each claimed, and ${results} later results on them, with their sources.`,
  });
}

/** One record as a Dataset of schema.org: the later results on a published defense, and its paper. */
export function recordDataset(_viewer: Viewer | null, { id, name, idea, paper }: ArchiveRecord) {
  return dataset(`/archive/${id}`, {
    name: `${name}: claim and later results`,
    description: idea,
    isPartOf: { "@type": "Dataset", url: `${siteAddress()}/archive` },
    about: {
      ...{ "@type": "ScholarlyArticle", name: paper.title, author: paper.authors, datePublished: String(paper.year) },
      ...(paper.arxiv !== null && { sameAs: `https://arxiv.org/abs/${paper.arxiv}` }),
    },
  });
}

function dataset(path: string, about: Record<string, unknown>) {
  const url = siteAddress() + path;
  const distribution = Object.entries(FORMATS).map(([format, encodingFormat]) => ({
    ...{ "@type": "DataDownload", encodingFormat, contentUrl: `${url}.${format}` },
  }));
  return { "@type": "Dataset", url, ...about, isAccessibleForFree: true, distribution };
}
