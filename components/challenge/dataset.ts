interface Challenge {
  slug: string;
  title: string;
  summary: string;
  n: number;
  opensAt: Date;
  organizer: { handle: string; name: string };
  config: {
    data: { classes: string[]; shape: number[]; range: [number, number]; licence: string; source: string };
  };
}

/** A file as it is downloaded. */
interface DataFile {
  bytes: number;
  /** SHA-256, hex. */
  sha256: string;
}

/** A challenge's points as a data set of schema.org, on a site that is reached at `site`: what search engines read. */
export function schemaDataset(site: string, challenge: Challenge): Record<string, unknown> {
  const { slug, organizer } = challenge;
  return {
    "@type": "Dataset",
    ...described(site, challenge),
    creator: { "@type": "Person", name: organizer.name, url: `${site}/people/${organizer.handle}` },
    distribution: [
      { "@type": "DataDownload", encodingFormat: "application/zip", contentUrl: pointsAddress(site, slug) },
      {
        "@type": "DataDownload",
        encodingFormat: "application/ld+json",
        contentUrl: `${site}/challenges/${slug}/croissant.json`,
      },
    ],
  };
}

/** The same as Croissant 1.0, with the hash and the size of the file: what tools that load data sets read. */
export function croissant(site: string, challenge: Challenge, { bytes, sha256 }: DataFile): Record<string, unknown> {
  const { slug, n, organizer, config } = challenge;
  const { classes, shape, range } = config.data;
  return {
    "@context": CONTEXT,
    "@type": "sc:Dataset",
    conformsTo: "http://mlcommons.org/croissant/1.0",
    ...described(site, challenge),
    version: "1.0.0",
    creator: { "@type": "sc:Person", name: organizer.name, url: `${site}/people/${organizer.handle}` },
    distribution: [
      {
        "@type": "cr:FileObject",
        "@id": "points.npz",
        name: "points.npz",
        description: `A NumPy archive: x, float32 [${[n, ...shape].join(", ")}] in [${range.join(", ")}], and y, int64 [${n}], the index of the class.`,
        contentUrl: pointsAddress(site, slug),
        contentSize: `${bytes} B`,
        encodingFormat: "application/zip",
        sha256,
      },
    ],
    recordSet: [classRecords(classes)],
  };
}

function classRecords(classes: string[]): Record<string, unknown> {
  return {
    "@type": "cr:RecordSet",
    "@id": "classes",
    name: "classes",
    description: "What each label in y means.",
    dataType: "sc:Enumeration",
    key: { "@id": "classes/label" },
    field: [
      { "@type": "cr:Field", "@id": "classes/label", name: "label", dataType: "sc:Integer" },
      { "@type": "cr:Field", "@id": "classes/name", name: "name", dataType: "sc:Text" },
    ],
    data: classes.map((name, label) => ({ "classes/label": label, "classes/name": name })),
  };
}

function described(site: string, { slug, title, summary, opensAt, config }: Challenge) {
  const url = `${site}/challenges/${slug}`;
  return {
    name: `Points of ${title}`,
    description: `${summary} The labelled clean inputs that attacks start from. Source: ${config.data.source}.`,
    url,
    license: config.data.licence,
    datePublished: opensAt.toISOString().slice(0, 10),
    keywords: ["adversarial robustness", "image classification"],
    isAccessibleForFree: true,
    citeAs: `Points of ${title}. Gauntlet, ${opensAt.getUTCFullYear()}. ${url}`,
  };
}

const pointsAddress = (site: string, slug: string) => `${site}/api/v1/challenges/${slug}/points.npz`;

/** As Croissant 1.0 gives it. */
const CONTEXT = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  citeAs: "cr:citeAs",
  column: "cr:column",
  conformsTo: "dct:conformsTo",
  cr: "http://mlcommons.org/croissant/",
  rai: "http://mlcommons.org/croissant/RAI/",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  dct: "http://purl.org/dc/terms/",
  equivalentProperty: "cr:equivalentProperty",
  examples: { "@id": "cr:examples", "@type": "@json" },
  extract: "cr:extract",
  field: "cr:field",
  fileProperty: "cr:fileProperty",
  fileObject: "cr:fileObject",
  fileSet: "cr:fileSet",
  format: "cr:format",
  includes: "cr:includes",
  isLiveDataset: "cr:isLiveDataset",
  jsonPath: "cr:jsonPath",
  key: "cr:key",
  md5: "cr:md5",
  parentField: "cr:parentField",
  path: "cr:path",
  recordSet: "cr:recordSet",
  references: "cr:references",
  regex: "cr:regex",
  repeated: "cr:repeated",
  replace: "cr:replace",
  samplingRate: "cr:samplingRate",
  sc: "https://schema.org/",
  separator: "cr:separator",
  source: "cr:source",
  subField: "cr:subField",
  transform: "cr:transform",
};
