import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { defenseCells } from "#components/challenge/defense-cells.tsx";
import { DefenseFilters } from "#components/challenge/defense-filters.tsx";
import { Cite } from "#components/cite/cite.tsx";
import { citeBoard } from "#components/cite/cited.ts";
import { TableView } from "#components/table/table-view.tsx";
import { MomentForm } from "#components/ui/moment-form.tsx";
import { readBoardAt } from "#data/board-at.ts";
import { readChallenge } from "#data/challenges.ts";
import { readDefenseBoard } from "#data/defense-board.ts";
import { getViewer } from "#data/session.ts";
import { siteAddress } from "#data/site.ts";
import type { Given } from "#data/table.ts";

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Given> };

export const metadata: Metadata = { title: "Defenses" };

export default async function DefensesPage({ params, searchParams }: Props) {
  const [{ slug }, given, viewer] = await Promise.all([params, searchParams, getViewer()]);
  const [challenge, table] = await Promise.all([readChallenge(viewer, slug), readDefenseBoard(viewer, slug, given)]);
  if (!challenge || !table) notFound();
  const { query } = table;
  const board = (await readBoardAt(viewer, slug, query.at?.toISOString()))!;
  const path = `/challenges/${slug}/defenses`;
  const filtered = query.q !== "" || query.level !== "any";
  return (
    <div className="space-y-4">
      <DefenseFilters path={path} query={query} />
      <MomentForm path={path} given={given} at={query.at} beginning={challenge.createdAt} />
      <TableView
        table={table}
        cells={defenseCells}
        caption="Defenses of the challenge"
        of="defenses"
        path={path}
        given={given}
        rowKey={({ id }) => id}
        empty={filtered ? <NoMatch path={path} /> : <NoDefenses slug={slug} rankedOnly={query.show === "ranked"} />}
      />
      <p className="max-w-[68ch] text-[0.875rem] text-quiet">
        Robust accuracy is the fraction of the points answered rightly under every attack so far, with its Wilson 95 %
        interval as a bar and the claim as a dashed tick. A ≈ marks defenses whose interval overlaps the leader&apos;s:
        the points cannot tell the two apart.
      </p>
      <Cite
        citation={citeBoard(siteAddress(), board)}
        path={path}
        search={`?at=${encodeURIComponent(board.at.toISOString())}`}
      />
    </div>
  );
}

function NoMatch({ path }: { path: string }) {
  return (
    <>
      No defense matches. <Link href={path}>Show all of them.</Link>
    </>
  );
}

function NoDefenses({ slug, rankedOnly }: { slug: string; rankedOnly: boolean }) {
  return (
    <>
      No defense {rankedOnly ? "is ranked" : "has been admitted"} yet.{" "}
      <Link href={`/challenges/${slug}/submit/defense`}>Submit one</Link>: an ONNX model and a claim are enough.
    </>
  );
}
