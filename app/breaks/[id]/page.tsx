import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { BreakFactsList } from "#components/break/break-facts.tsx";
import { Cite } from "#components/cite/cite.tsx";
import { citeBreak } from "#components/cite/cited.ts";
import { previewMetadata } from "#components/preview/preview-metadata.ts";
import { Exports } from "#components/table/exports.tsx";
import { LevelBadge } from "#components/ui/level-badge.tsx";
import { PageTitle } from "#components/ui/page-title.tsx";
import { readBreak, readSameFall } from "#data/break-table.ts";
import { getViewer } from "#data/session.ts";
import { siteAddress } from "#data/site.ts";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const fall = await readBreak(await getViewer(), (await params).id);
  if (!fall) return {};
  const title = `${fall.defense.name}, ${fall.threshold}`;
  return { title, ...previewMetadata(`/breaks/${fall.id}`, title, "Robust accuracy claimed, before and after") };
}

export default async function BreakPage({ params }: Props) {
  const [{ id }, viewer] = await Promise.all([params, getViewer()]);
  const fall = await readBreak(viewer, id);
  if (!fall) notFound();
  const same = await readSameFall(viewer, fall);
  return (
    <div className="space-y-8">
      <header className="space-y-4">
        <PageTitle
          trail={[
            { href: `/challenges/${fall.challenge.slug}`, name: fall.challenge.title },
            { href: "/breaks", name: "Breaks" },
          ]}
        >
          {fall.by.name} against {fall.defense.name}
        </PageTitle>
        <p>
          <LevelBadge level={fall.threshold} />
        </p>
      </header>
      <BreakFactsList fall={fall} same={same} />
      <Cite citation={citeBreak(siteAddress(), fall)} path={`/breaks/${id}`} />
      <Exports path={`/breaks/${id}`} given={{}} />
    </div>
  );
}
