import Link from "next/link";
import { FractionBar } from "#components/charts/fraction-bar.tsx";
import type { Cell } from "#components/table/data-table.tsx";
import { count, percent } from "#components/ui/numbers.ts";
import { PersonLink } from "#components/ui/person.tsx";
import { Time } from "#components/ui/time.tsx";

interface Row {
  id: string;
  kind: "clean" | "holdout" | "attack" | "house";
  subject: string;
  other: { id: string; name: string; author: { handle: string; name: string } } | null;
  attacked: number;
  broken: number;
  fraction: number | null;
  taken: number;
  at: Date;
}

const counts: Cell<Row>[] = [
  {
    key: "fraction",
    draw: ({ id, fraction }) =>
      fraction === null ? (
        <span className="text-quiet">–</span>
      ) : (
        <Link href={`/evaluations/${id}`} prefetch={false} className="flex items-center gap-2.5 text-ink">
          <span className="num w-[4.6rem] text-end">{percent(fraction)}</span>
          <FractionBar of={fraction} />
        </Link>
      ),
  },
  {
    key: "broken",
    right: true,
    draw: ({ kind, broken, attacked }) => (
      <span className="num">{kind === "holdout" ? "–" : `${count(broken)} of ${count(attacked)}`}</span>
    ),
  },
  { key: "taken", right: true, draw: ({ taken }) => <span className="num">{count(taken)}</span> },
];
const at: Cell<Row> = { key: "at", draw: ({ at }) => <Time at={at} /> };

/** How a defense's page draws what it was measured with. */
export const evaluationCells: readonly Cell<Row>[] = [
  { key: "subject", heads: true, draw: (row) => <Subject {...row} /> },
  ...counts,
  at,
];

/** How an attack's page draws the defenses that it met. */
export const meetingCells: readonly Cell<Row>[] = [
  {
    key: "defense",
    heads: true,
    draw: ({ other }) => other && <Other href={`/defenses/${other.id}`} other={other} />,
  },
  ...counts,
  at,
];

/** How a house attack's page draws the defenses that it met. */
export const houseMeetingCells: readonly Cell<Row>[] = [
  meetingCells[0]!,
  { key: "stage", draw: ({ subject }) => subject },
  ...counts,
  at,
];

function Subject({ kind, subject, other }: Row) {
  if (other) return <Other href={`/attacks/${other.id}`} other={other} />;
  if (kind === "clean") return "The clean points";
  if (kind === "holdout") return <span>The holdout (whole percents above)</span>;
  return (
    <>
      {subject} <span className="font-normal text-quiet">(house)</span>
    </>
  );
}

function Other({ href, other }: { href: string; other: NonNullable<Row["other"]> }) {
  return (
    <>
      <Link href={href} prefetch={false}>
        <bdi>{other.name}</bdi>
      </Link>{" "}
      <span className="font-normal text-quiet">
        by <PersonLink person={other.author} />
      </span>
    </>
  );
}
