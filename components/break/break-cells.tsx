import Link from "next/link";
import { Breaker } from "#components/break/breaker.tsx";
import type { BreakFacts } from "#components/break/facts.ts";
import type { Cell } from "#components/table/data-table.tsx";
import { durationName } from "#components/ui/duration.ts";
import { LevelBadge } from "#components/ui/level-badge.tsx";
import { count, percent } from "#components/ui/numbers.ts";
import { PersonLink } from "#components/ui/person.tsx";
import { Time } from "#components/ui/time.tsx";

/** How the table of all breaks draws its columns. */
export const breakCells: readonly Cell<BreakFacts>[] = [
  { key: "threshold", draw: ({ threshold }) => <LevelBadge level={threshold} /> },
  {
    key: "defense",
    heads: true,
    draw: ({ defense, challenge }) => (
      <>
        <Link href={`/defenses/${defense.id}`} prefetch={false}>
          <bdi>{defense.name}</bdi>
        </Link>{" "}
        <span className="font-normal text-quiet">
          by <PersonLink person={defense.author} />
        </span>
        <span className="block font-normal text-[0.8125rem] text-quiet">
          <bdi>{challenge.title}</bdi>
        </span>
      </>
    ),
  },
  { key: "by", draw: ({ by }) => <Breaker {...by} /> },
  {
    key: "after",
    right: true,
    draw: ({ standingBefore, standingAfter, n }) => (
      <span className="num whitespace-nowrap">
        {percent(standingBefore / n)} → {percent(standingAfter / n)}
      </span>
    ),
  },
  { key: "taken", right: true, draw: ({ taken }) => <span className="num">{count(taken)}</span> },
  { key: "lasted", right: true, draw: ({ lasted }) => durationName(lasted) },
  {
    key: "at",
    draw: ({ id, at }) => (
      <Link href={`/breaks/${id}`} prefetch={false} className="whitespace-nowrap">
        <Time at={at} />
      </Link>
    ),
  },
];
