import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { DefenseFilters } from "#components/challenge/defense-filters.tsx";
import { defenseCells } from "#components/challenge/defense-cells.tsx";
import { address } from "#components/table/address.ts";
import { DataTable } from "#components/table/data-table.tsx";
import { Exports } from "#components/table/exports.tsx";
import { NotUnderstood } from "#components/table/not-understood.tsx";
import { Pager } from "#components/table/pager.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { readDefenseBoard } from "#data/defense-board.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Given> };

export const metadata: Metadata = { title: "Defenses" };

export default async function DefensesPage({ params, searchParams }: Props) {
  const [{ slug }, given, viewer] = await Promise.all([params, searchParams, getViewer()]);
  const table = await readDefenseBoard(viewer, slug, given);
  if (!table) notFound();
  const { query, problems, columns, rows, total } = table;
  const path = `/challenges/${slug}/defenses`;
  return (
    <div className="space-y-4">
      <NotUnderstood problems={problems} />
      <DefenseFilters path={path} query={query} />
      {rows.length === 0 ? (
        <Empty>
          {query.q !== "" || query.level !== "any" ? (
            <>
              No defense matches. <a href={path}>Show all of them.</a>
            </>
          ) : (
            <>
              No defense {query.show === "ranked" ? "is ranked" : "has been admitted"} yet.{" "}
              <a href={`/challenges/${slug}/submit/defense`}>Submit one</a>: an ONNX model and a claim are enough.
            </>
          )}
        </Empty>
      ) : (
        <DataTable
          caption="Defenses of the challenge"
          columns={columns}
          cells={defenseCells}
          rows={rows}
          rowKey={({ id }) => id}
          sort={query.sort}
          sortAddress={(sort) => address(path, given, { sort })}
        />
      )}
      <Pager path={path} given={given} {...query} total={total} of="defenses" />
      <p className="max-w-[68ch] text-[0.875rem] text-quiet">
        Robust accuracy is the fraction of the points answered rightly under every attack so far, with its Wilson 95 %
        interval as a bar and the claim as a dashed tick. A ≈ marks defenses whose interval overlaps the leader&apos;s:
        the points cannot tell the two apart.
      </p>
      <Exports path={path} given={given} page={query.page} />
    </div>
  );
}
