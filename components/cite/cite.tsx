import type { ReactNode } from "react";
import type { Citation } from "#components/cite/citation.ts";
import { writeBibtex } from "#components/cite/write.ts";
import { Section } from "#components/ui/section.tsx";

interface Props {
  citation: Citation;
  /** The address in front of /cite.bib and /cite.cff, and what stands behind them. */
  path: string;
  search?: string;
  /** Whether the same path has a feed. */
  feed?: boolean;
  children?: ReactNode;
}

/** How to cite what a page is of, and how to follow it. */
export function Cite({ citation, path, search = "", feed = false, children }: Props) {
  return (
    <Section id="cite" title={feed ? "Cite and follow" : "Cite"}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{writeBibtex(citation)}</code>
      </pre>
      <p className="no-print">
        As <a href={`${path}/cite.bib${search}`}>BibTeX</a> or <a href={`${path}/cite.cff${search}`}>CITATION.cff</a>.
        The address <span className="break-words">{citation.url}</span> never changes.
        {feed && (
          <>
            {" "}
            Whatever happens to it is in <a href={`${path}/feed.xml`}>its Atom feed</a>.
          </>
        )}
      </p>
      {children}
    </Section>
  );
}
