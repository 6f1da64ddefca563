import Link from "next/link";
import type { ReactNode } from "react";
import { countOf, percent } from "#components/ui/numbers.ts";
import { Time } from "#components/ui/time.tsx";
import { FacedDetail, RankedDetail, TierDetail } from "#contest/history.ts";
import { UNRANKED, type UnrankedReason } from "#contest/ranking.ts";

export interface RecordEntry {
  id: bigint;
  kind: string;
  at: Date;
  threshold: string | null;
  detail: unknown;
  standingBefore: number | null;
  standingAfter: number | null;
  taken: number | null;
  flagged: { id: string | null; words: string } | null;
  by: { name: string; attack: { id: string; author: { name: string } } | null };
}

/** The record of a defense as it was written, oldest first; a fall that was a break is told once, as the break. */
export function RecordList({ records, n, claim }: { records: readonly RecordEntry[]; n: number; claim: number }) {
  const breaks = new Set(records.filter(({ kind }) => kind === "broken").map(({ at }) => at.getTime()));
  const told = records.filter(({ kind, at }) => kind !== "fell" || !breaks.has(at.getTime()));
  return (
    <ol className="space-y-2">
      {told.map((record) => (
        <li key={String(record.id)} className="grid gap-x-4 sm:grid-cols-[11.5rem_1fr]">
          <span className="text-[0.875rem] text-quiet">
            <Time at={record.at} />
          </span>
          <span>
            <RecordSentence record={record} n={n} claim={claim} />
          </span>
        </li>
      ))}
    </ol>
  );
}

/** What a row of the record says, in words. */
export function RecordSentence({ record, n, claim }: { record: RecordEntry; n: number; claim: number }): ReactNode {
  switch (record.kind) {
    case "claimed":
      return `Claimed ${percent(claim)} robust accuracy`;
    case "admitted":
      return "Admitted to the challenge";
    case "broken":
      return <Break record={record} n={n} word={record.threshold ?? "broken"} />;
    case "fell":
      return <Break record={record} n={n} word="lost points" />;
    case "faced":
      return `Has faced ${countOf(FacedDetail.parse(record.detail).faced, "attack")}`;
    case "gauntlet":
      return `Has been through the ${TierDetail.parse(record.detail).tier} gauntlet`;
    case "led":
      return "Leads the challenge";
    case "ranked":
      return place(RankedDetail.parse(record.detail).unranked);
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

function place(unranked: string | null): string {
  return unranked === null ? "Ranked" : `Not ranked: ${UNRANKED[unranked as UnrankedReason] ?? unranked}`;
}

function Break({ record, n, word }: { record: RecordEntry; n: number; word: string }) {
  const { by } = record;
  const name = <strong className="font-semibold">{word}</strong>;
  return (
    <>
      {record.kind === "broken" ? (
        <Link href={`/breaks/${record.id}`} prefetch={false}>
          {name}
        </Link>
      ) : (
        name
      )}{" "}
      by{" "}
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

function change({ standingBefore, standingAfter, taken }: RecordEntry, n: number): string {
  if (standingBefore === null || standingAfter === null || n === 0) return "";
  const points = taken === null ? "" : `, ${taken} ${taken === 1 ? "point" : "points"} taken`;
  return `: ${percent(standingBefore / n)} → ${percent(standingAfter / n)}${points}`;
}
