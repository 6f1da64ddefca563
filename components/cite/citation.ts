/** What there is to say of something that is cited. Texts are plain; addresses are whole. */
export interface Citation {
  /** Lower-case letters, digits and hyphens. */
  key: string;
  type: "software" | "dataset";
  title: string;
  authors: string[];
  /** The day that it is of, which is told in UTC. */
  at: Date;
  url: string;
  /** The result, in a sentence or two. */
  note: string;
  keywords: string[];
  /** Hash of the content that was measured, hex. */
  sha256?: string;
  code?: string | undefined;
}

/** 2026-11-01. */
export function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10);
}
