import { percent } from "#components/ui/numbers.ts";
import { isolated } from "#components/ui/xml-text.ts";
import { FacedDetail, RankedDetail, TierDetail } from "#contest/history.ts";
import { UNRANKED, type UnrankedReason } from "#contest/ranking.ts";

type Person = { handle: string; name: string };

/** A row of the record as feeds tell it. Standings are counts of the defense's points. */
export interface FeedRecord {
  id: string;
  kind: string;
  at: Date;
  threshold: string | null;
  standingBefore: number | null;
  standingAfter: number | null;
  taken: number | null;
  detail: unknown;
  flagged: { words: string } | null;
  challenge: { slug: string; title: string };
  defense: { id: string; name: string; n: number; claim: number; author: Person } | null;
  /** The attack that the record is of: what took points, or what was withdrawn. */
  attack: { id: string; name: string; author: Person } | null;
  /** What took points, by name: an attack of a participant or of the house. */
  by: string;
}

/** What happened, in one line of plain text. */
export function recordTitle(record: FeedRecord): string {
  const { kind, defense, attack } = record;
  const name = isolated((defense ?? attack)?.name ?? "");
  switch (kind) {
    case "claimed":
      return `${name} claims ${percent(defense?.claim ?? 0)} robust accuracy`;
    case "admitted":
      return `${name} entered ${isolated(record.challenge.title)}`;
    case "broken":
      return `${name} is ${record.threshold ?? "broken"}${change(record)}`;
    case "fell":
      return `${name} lost points${change(record)}`;
    case "claim_refuted":
      return `The claim of ${name} is refuted`;
    case "faced":
      return `${name} has faced ${plural(FacedDetail.parse(record.detail).faced, "attack")}`;
    case "gauntlet":
      return `${name} has been through the ${TierDetail.parse(record.detail).tier} gauntlet`;
    case "led":
      return defense ? `${name} leads ${isolated(record.challenge.title)}${kept(record)}` : "No defense is ranked";
    case "ranked":
      return `${name} ${place(RankedDetail.parse(record.detail).unranked)}`;
    case "flagged":
      return `${name} is flagged: ${record.flagged?.words ?? "a red flag"}`;
    case "withdrawn":
      return `${name} was withdrawn by its author`;
    case "rescored":
      return `${name} was scored again${change(record)}`;
    case "chosen":
      return `${name} was chosen by its author for the ranking`;
    default:
      return `${isolated(record.challenge.title)}: ${kind}`;
  }
}

/** The circumstances, in one or two sentences of plain text. */
export function recordSummary(record: FeedRecord): string {
  const { kind, defense, attack, taken } = record;
  const where = `Challenge: ${isolated(record.challenge.title)}.`;
  if (!defense) return attack ? `By ${isolated(attack.author.name)}. ${where} What it broke stays broken.` : where;
  const whose = `${isolated(defense.name)} by ${isolated(defense.author.name)} claims ${percent(defense.claim)} robust accuracy.`;
  if (kind === "broken" || kind === "fell") {
    const by = attack ? `${isolated(record.by)} of ${isolated(attack.author.name)}` : `${isolated(record.by)} (house)`;
    return `${by} took ${plural(taken ?? 0, "point")} of ${defense.n}. ${whose} ${where}`;
  }
  return `${whose} ${where}`;
}

/** Where a record is told in full, from the site's root. */
export function recordPath({ id, kind, challenge, defense, attack }: FeedRecord): string {
  if (kind === "broken") return `/breaks/${id}`;
  if (defense) return `/defenses/${defense.id}/history`;
  return attack ? `/attacks/${attack.id}` : `/challenges/${challenge.slug}/history`;
}

function place(unranked: string | null): string {
  return unranked === null ? "is ranked" : `is not ranked: ${UNRANKED[unranked as UnrankedReason] ?? unranked}`;
}

function change({ standingBefore, standingAfter, defense }: FeedRecord): string {
  if (standingBefore === null || standingAfter === null || !defense?.n) return "";
  return `: ${percent(standingBefore / defense.n)} → ${percent(standingAfter / defense.n)}`;
}

function kept({ standingAfter, defense }: FeedRecord): string {
  return standingAfter === null || !defense?.n ? "" : ` with ${percent(standingAfter / defense.n)}`;
}

const plural = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`;
