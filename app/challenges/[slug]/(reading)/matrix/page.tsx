import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { MatrixTable } from "#components/challenge/matrix-table.tsx";
import { address } from "#components/table/address.ts";
import { Exports } from "#components/table/exports.tsx";
import { NotUnderstood } from "#components/table/not-understood.tsx";
import { Pager } from "#components/table/pager.tsx";
import { Empty } from "#components/ui/empty.tsx";
import { MomentForm } from "#components/ui/moment-form.tsx";
import { readChallenge } from "#data/challenges.ts";
import { readMatrix } from "#data/matrix.ts";
import { getViewer } from "#data/session.ts";
import type { Given } from "#data/table.ts";

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<Given> };

export const metadata: Metadata = { title: "Matrix" };

export default async function MatrixPage({ params, searchParams }: Props) {
  const [{ slug }, given, viewer] = await Promise.all([params, searchParams, getViewer()]);
  const [challenge, matrix] = await Promise.all([readChallenge(viewer, slug), readMatrix(viewer, slug, given)]);
  if (!challenge || !matrix) notFound();
  const { query, problems, rows, defenses, total, totalDefenses } = matrix;
  const path = `/challenges/${slug}/matrix`;
  return (
    <div className="space-y-4">
      <NotUnderstood problems={problems} />
      <p className="max-w-[68ch] text-quiet">
        Each cell is the share of a defense&apos;s clean-correct points that the attack broke, and leads to how it was
        measured. Strongest attacks come first, most robust defenses leftmost.
      </p>
      <MomentForm path={path} given={given} at={query.at} beginning={challenge.createdAt} />
      {rows.length === 0 || defenses.length === 0 ? (
        <Empty>
          {query.at !== null && "It was empty then. "}The matrix needs an attack and a defense.{" "}
          <a href={address(path, {}, {})}>Go to its beginning</a>, or{" "}
          <a href={`/challenges/${slug}/submit/attack`}>submit an attack</a>.
        </Empty>
      ) : (
        <MatrixTable rows={rows} defenses={defenses} />
      )}
      <div className="flex flex-wrap gap-x-10 gap-y-2">
        <Pager path={path} given={given} page={query.page} size={query.size} total={total} of="attacks, downwards" />
        <Pager
          path={path}
          given={given}
          page={query.across}
          size={query.width}
          total={totalDefenses}
          of="defenses, across"
          parameter="across"
        />
      </div>
      <Exports path={path} given={given} page={query.page} />
    </div>
  );
}
