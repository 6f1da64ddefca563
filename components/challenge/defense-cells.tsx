import Link from "next/link";
import { IntervalBar } from "#components/charts/interval-bar.tsx";
import type { Cell } from "#components/table/data-table.tsx";
import { LevelBadge } from "#components/ui/level-badge.tsx";
import { count, percent } from "#components/ui/numbers.ts";
import { PersonLink } from "#components/ui/person.tsx";
import { Time } from "#components/ui/time.tsx";
import { UNRANKED, type UnrankedReason } from "#contest/ranking.ts";
import type { Level } from "#contest/standing.ts";

interface Row {
  id: string;
  rank: number | null;
  name: string;
  author: { handle: string; name: string };
  claim: number;
  n: number;
  robust: number | null;
  low: number | null;
  high: number | null;
  clean: number | null;
  holdout: number | null;
  faced: number;
  level: Level;
  tier: string;
  unranked: UnrankedReason | null;
  separable: boolean | null;
  receivedAt: Date;
}

/** How the defense board draws its columns. */
export const defenseCells: readonly Cell<Row>[] = [
  { key: "rank", right: true, draw: ({ rank }) => <span className="num">{rank ?? "–"}</span> },
  { key: "name", heads: true, draw: (row) => <NameAndReason {...row} /> },
  { key: "author", draw: ({ author }) => <PersonLink person={author} /> },
  { key: "robust", draw: (row) => <Robust {...row} /> },
  { key: "level", draw: ({ n, level }) => (n === 0 ? <Unknown /> : <LevelBadge level={level} />) },
  { key: "claim", right: true, draw: ({ claim }) => <span className="num">{percent(claim)}</span> },
  { key: "clean", right: true, draw: ({ clean }) => <Fraction of={clean} /> },
  { key: "holdout", right: true, draw: ({ holdout }) => <Fraction of={holdout} digits={0} /> },
  {
    key: "faced",
    right: true,
    draw: ({ id, faced }) => (
      <Link href={`/defenses/${id}#evaluations`} prefetch={false} className="num text-inherit">
        {count(faced)}
      </Link>
    ),
  },
  { key: "tier", draw: ({ tier }) => (tier === "none" ? <Unknown /> : tier) },
  { key: "received", draw: ({ receivedAt }) => <Time at={receivedAt} dateOnly /> },
];

function NameAndReason({ id, name, unranked }: Row) {
  return (
    <>
      <Link href={`/defenses/${id}`} prefetch={false}>
        <bdi>{name}</bdi>
      </Link>
      {unranked !== null && (
        <span className="block font-normal text-[0.8125rem] text-quiet">not ranked: {UNRANKED[unranked]}</span>
      )}
    </>
  );
}

function Robust({ robust, low, high, claim, separable }: Row) {
  if (robust === null || low === null || high === null) return <span className="text-quiet">not measured yet</span>;
  return (
    <span className="flex items-center gap-2.5 whitespace-nowrap">
      <span className="num w-[4.6rem] text-end font-semibold">{percent(robust)}</span>
      <IntervalBar value={robust} low={low} high={high} claim={claim} />
      <span className="num w-3">
        {separable === false && (
          <span title="Not separable from the leader: the intervals overlap">
            <span aria-hidden="true">≈</span>
            <span className="sr-only">not separable from the leader</span>
          </span>
        )}
      </span>
    </span>
  );
}

function Fraction({ of, digits = 1 }: { of: number | null; digits?: number }) {
  return of === null ? <Unknown /> : <span className="num">{percent(of, digits)}</span>;
}

function Unknown() {
  return (
    <span className="text-quiet">
      <span aria-hidden="true">–</span>
      <span className="sr-only">not measured</span>
    </span>
  );
}
