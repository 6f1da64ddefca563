import Link from "next/link";
import type { Cell } from "#components/table/data-table.tsx";
import { LevelBadge } from "#components/ui/level-badge.tsx";
import { percent } from "#components/ui/numbers.ts";
import { Time } from "#components/ui/time.tsx";
import { LEVELS } from "#contest/standing.ts";

interface Row {
  id: string;
  kind: "defense" | "attack";
  name: string;
  challenge: { slug: string; title: string };
  result: number | null;
  level: string | null;
  withdrawnAt: Date | null;
  receivedAt: Date;
}

/** How a person's page draws what they submitted. */
export const entryCells: readonly Cell<Row>[] = [
  {
    key: "name",
    heads: true,
    draw: ({ id, kind, name, withdrawnAt }) => (
      <>
        <Link href={`/${kind}s/${id}`} prefetch={false}>
          <bdi>{name}</bdi>
        </Link>
        {withdrawnAt !== null && <span className="font-normal text-quiet"> (withdrawn)</span>}
      </>
    ),
  },
  { key: "kind" },
  {
    key: "challenge",
    draw: ({ challenge }) => (
      <Link href={`/challenges/${challenge.slug}`} prefetch={false} className="text-inherit">
        {challenge.title}
      </Link>
    ),
  },
  {
    key: "result",
    draw: ({ kind, result }) =>
      result === null ? (
        <span className="text-quiet">not measured yet</span>
      ) : (
        <>
          <span className="num">{percent(result)}</span>{" "}
          <span className="text-quiet">{kind === "defense" ? "robust" : "broken on average"}</span>
        </>
      ),
  },
  { key: "level", draw: ({ level }) => <Level of={level} /> },
  { key: "received", draw: ({ receivedAt }) => <Time at={receivedAt} dateOnly /> },
];

function Level({ of }: { of: string | null }) {
  const level = LEVELS.find((known) => known === of);
  return level ? <LevelBadge level={level} /> : null;
}
