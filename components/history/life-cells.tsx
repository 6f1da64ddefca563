import Link from "next/link";
import { LifeBar } from "#components/charts/life-bar.tsx";
import type { Cell } from "#components/table/data-table.tsx";
import { durationName } from "#components/ui/duration.ts";
import { percent } from "#components/ui/numbers.ts";
import { PersonLink } from "#components/ui/person.tsx";
import { Time } from "#components/ui/time.tsx";

interface Row {
  id: string;
  name: string;
  author: { handle: string; name: string };
  entered: Date;
  ended: Date | null;
  by: { name: string; attack: { id: string } | null } | null;
  claim: number;
  robust: number;
}

/** How a challenge's history draws its columns, on an axis of time from its beginning to the moment shown. */
export const lifeCells = (from: Date, to: Date): readonly Cell<Row>[] => [
  {
    key: "name",
    heads: true,
    draw: ({ id, name, author }) => (
      <>
        <Link href={`/defenses/${id}/history`} prefetch={false}>
          <bdi>{name}</bdi>
        </Link>
        <span className="block font-normal text-[0.8125rem] text-quiet">
          by <PersonLink person={author} />
        </span>
      </>
    ),
  },
  { key: "entered", draw: ({ entered }) => <Time at={entered} /> },
  {
    key: "lasted",
    draw: ({ entered, ended }) => (
      <span className="flex items-center gap-2.5 whitespace-nowrap">
        <LifeBar from={from} to={to} entered={entered} ended={ended} />
        {durationName((ended ?? to).getTime() - entered.getTime())}
        {ended === null && ", stands"}
      </span>
    ),
  },
  { key: "by", draw: (row) => <By {...row} /> },
  { key: "claim", right: true, draw: ({ claim }) => <span className="num">{percent(claim)}</span> },
  { key: "robust", right: true, draw: ({ robust }) => <span className="num">{percent(robust)}</span> },
];

function By({ by, ended }: Row) {
  if (ended === null) return <span className="text-quiet">nothing</span>;
  if (by === null) return "the clean points";
  if (by.attack === null) return by.name;
  return (
    <Link href={`/attacks/${by.attack.id}`} prefetch={false}>
      <bdi>{by.name}</bdi>
    </Link>
  );
}
