import Link from "next/link";
import { FractionBar } from "#components/charts/fraction-bar.tsx";
import type { Cell } from "#components/table/data-table.tsx";
import { count, percent } from "#components/ui/numbers.ts";
import { PersonLink } from "#components/ui/person.tsx";
import { Time } from "#components/ui/time.tsx";

type Person = { handle: string; name: string };

interface Attacker {
  rank: number;
  person: Person;
  house: boolean;
  score: number;
  firstBreaks: number;
  queries: number | null;
  attacks: number;
  firstAt: Date;
}

/** How the attack board by person draws its columns. */
export const attackerCells: readonly Cell<Attacker>[] = [
  { key: "rank", right: true, draw: ({ rank }) => <span className="num">{rank}</span> },
  { key: "person", heads: true, draw: ({ person, house }) => <PersonLink person={person} house={house} /> },
  { key: "score", draw: ({ score }) => <Bar of={score} /> },
  { key: "firstBreaks", right: true, draw: ({ firstBreaks }) => <span className="num">{count(firstBreaks)}</span> },
  { key: "queries", right: true, draw: ({ queries }) => <Queries of={queries} /> },
  { key: "attacks", right: true, draw: ({ attacks }) => <span className="num">{count(attacks)}</span> },
  { key: "first", draw: ({ firstAt }) => <Time at={firstAt} dateOnly /> },
];

interface Attack {
  key: string;
  id: string | null;
  name: string;
  author: Person;
  house: boolean;
  baseline: boolean;
  success: number;
  met: number;
  rows: number | null;
  submittedRows: number | null;
  queries: number | null;
  withdrawn: boolean;
  receivedAt: Date;
}

/** How the board of single attacks of a challenge draws its columns. */
export const attackCells = (slug: string): readonly Cell<Attack>[] => [
  { key: "name", heads: true, draw: (row) => <AttackName {...row} address={addressOf(slug, row)} /> },
  { key: "author", draw: ({ author, house }) => <PersonLink person={author} house={house} /> },
  { key: "success", draw: ({ success, met }) => (met === 0 ? "not measured yet" : <Bar of={success} />) },
  { key: "met", right: true, draw: ({ met }) => <span className="num">{count(met)}</span> },
  {
    key: "rows",
    right: true,
    draw: ({ rows, submittedRows }) =>
      rows === null || submittedRows === null ? (
        <span className="text-quiet">made for each defense</span>
      ) : (
        <span className="num">
          {count(rows)} of {count(submittedRows)}
        </span>
      ),
  },
  { key: "queries", right: true, draw: ({ queries }) => <Queries of={queries} /> },
  { key: "received", draw: ({ receivedAt }) => <Time at={receivedAt} dateOnly /> },
];

/** The house's own have a page on each challenge. */
function addressOf(slug: string, { key, id }: Attack): string {
  return id === null ? `/challenges/${slug}/attacks/${key}` : `/attacks/${id}`;
}

function AttackName({ address, name, house, baseline, withdrawn }: Attack & { address: string }) {
  const marks = [house && "house", baseline && "baseline", withdrawn && "withdrawn, still counts"].filter(
    (mark) => mark !== false,
  );
  return (
    <>
      <Link href={address} prefetch={false}>
        <bdi>{name}</bdi>
      </Link>
      {marks.length > 0 && <span className="block font-normal text-[0.8125rem] text-quiet">{marks.join(", ")}</span>}
    </>
  );
}

function Bar({ of }: { of: number }) {
  return (
    <span className="flex items-center gap-2.5">
      <span className="num w-[4.6rem] text-end font-semibold">{percent(of)}</span>
      <FractionBar of={of} />
    </span>
  );
}

function Queries({ of }: { of: number | null }) {
  return <span className="num">{of === null ? "not stated" : count(of)}</span>;
}
