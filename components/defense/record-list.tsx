import Link from "next/link";
import type { ReactNode } from "react";
import { percent } from "#components/ui/numbers.ts";
import { Time } from "#components/ui/time.tsx";

interface Entry {
  id: bigint;
  kind: string;
  at: Date;
  threshold: string | null;
  standingBefore: number | null;
  standingAfter: number | null;
  taken: number | null;
  flagged: { id: string | null; words: string } | null;
  by: { name: string; attack: { id: string; author: { name: string } } | null };
}

/** The record of a defense as it was written, oldest first. */
export function RecordList({ records, n, claim }: { records: readonly Entry[]; n: number; claim: number }) {
  return (
    <ol className="space-y-2">
      {records.map((record) => (
        <li key={String(record.id)} className="grid gap-x-4 sm:grid-cols-[11.5rem_1fr]">
          <span className="text-[0.875rem] text-quiet">
            <Time at={record.at} />
          </span>
          <span>{sentence(record, n, claim)}</span>
        </li>
      ))}
    </ol>
  );
}

function sentence(record: Entry, n: number, claim: number): ReactNode {
  switch (record.kind) {
    case "claimed":
      return `Claimed ${percent(claim)} robust accuracy`;
    case "admitted":
      return "Admitted to the challenge";
    case "broken":
      return <Break record={record} n={n} />;
    case "claim_refuted":
      return "The claim is refuted: the interval's upper end lies under it";
    case "flagged":
      return <Flagged {...record.flagged} />;
    case "withdrawn":
      return "Withdrawn by its author";
    case "rescored":
      return `Scored again${change(record, n)}`;
    case "chosen":
      return "Chosen by its author for the ranking";
    case "intervention":
      return "The organizer intervened";
    default:
      return record.kind;
  }
}

function Flagged({ id, words }: { id?: string | null; words?: string }) {
  if (id == null) return <>Disqualified: {words}</>;
  return (
    <>
      Flagged: <Link href={`/flags#${id}`}>{words}</Link>
    </>
  );
}

function Break({ record, n }: { record: Entry; n: number }) {
  const { threshold, by } = record;
  return (
    <>
      <strong className="font-semibold">{threshold ?? "broken"}</strong> by{" "}
      {by.attack ? (
        <Link href={`/attacks/${by.attack.id}`}>
          <bdi>{by.name}</bdi>
        </Link>
      ) : (
        by.name
      )}
      {by.attack && (
        <>
          {" "}
          of <bdi>{by.attack.author.name}</bdi>
        </>
      )}
      {change(record, n)}
    </>
  );
}

function change({ standingBefore, standingAfter, taken }: Entry, n: number): string {
  if (standingBefore === null || standingAfter === null || n === 0) return "";
  const points = taken === null ? "" : `, ${taken} ${taken === 1 ? "point" : "points"} taken`;
  return `: ${percent(standingBefore / n)} → ${percent(standingAfter / n)}${points}`;
}
