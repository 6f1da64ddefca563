import type { Badge } from "#components/badge/badge-svg.ts";
import { durationName } from "#components/ui/duration.ts";
import { countOf, percent } from "#components/ui/numbers.ts";
import { isolated } from "#components/ui/xml-text.ts";
import type { Level } from "#contest/standing.ts";

/** Why a defense that stands is not to be told as one, in a badge's few words; keys of contest/ranking.ts UNRANKED. */
const DOUBTS: Record<string, string> = {
  withdrawn: "withdrawn",
  disqualified: "disqualified",
  gauntlet: "the gauntlet could not run",
  tier: "full gauntlet pending",
  memorised: "memorised",
};

interface Defense {
  name: string;
  n: number;
  standing: number;
  level: Level;
  /** Why it is not ranked; null where it is. */
  unranked: string | null;
  admittedAt: Date;
  /** When it fell to its level; null where it never fell to it. */
  fellAt: Date | null;
}

/** What a defense's badge says: its live robust accuracy, and for how long it stands or how long it stood. */
export function defenseBadge(defense: Defense, now: Date): Badge {
  const { name, n, standing, level, unranked, admittedAt, fellAt } = defense;
  const of = `${isolated(name)} on Gauntlet`;
  if (n === 0) return { value: "not measured yet", tone: "neutral", title: `${of}: not measured yet` };
  const told = (words: string, tone: Badge["tone"]): Badge => {
    const value = `${percent(standing / n)} robust, ${words}`;
    return { value, tone, title: `${of}: ${value}, ${countOf(n, "point")}` };
  };
  const doubt = unranked === null ? undefined : DOUBTS[unranked];
  if (doubt !== undefined) return told(doubt, "neutral");
  const since = (at: Date) => durationName(at.getTime() - admittedAt.getTime());
  if (level === "standing") return told(`standing ${since(now)}`, level);
  return told(fellAt === null ? `${level} from the start` : `${level} after ${since(fellAt)}`, level);
}

interface Person {
  name: string;
  /** Falls across a threshold of other people's defenses that their attacks made. */
  breaks: number;
  /** Defenses that were measured and not withdrawn; of those, the ones that stand. */
  defenses: number;
  standing: number;
}

/** What a person's badge says: how often they broke something, and how many of their defenses stand. */
export function personBadge({ name, breaks, defenses, standing }: Person): Badge {
  const parts = [
    ...(breaks > 0 ? [countOf(breaks, "break")] : []),
    ...(defenses > 0 ? [`${standing} of ${countOf(defenses, "defense")} standing`] : []),
  ];
  const value = parts.join(", ") || "no results yet";
  return { value, tone: parts.length === 0 ? "neutral" : "standing", title: `${isolated(name)} on Gauntlet: ${value}` };
}
