import { defenseBadge, personBadge } from "#components/badge/badge-words.ts";
import type { BreakFacts } from "#components/break/facts.ts";
import type { Bar, Preview } from "#components/preview/preview-svg.ts";
import { durationName } from "#components/ui/duration.ts";
import { countOf, percent } from "#components/ui/numbers.ts";
import { type Level, levelOf } from "#contest/standing.ts";

interface Defense {
  name: string;
  person: { name: string };
  challenge: { title: string };
  n: number;
  claim: number;
}

/** A defense: how its robust accuracy fell. */
export function previewDefense(
  { name, person, challenge, n, claim }: Defense,
  badge: Parameters<typeof defenseBadge>[0],
  falls: readonly { at: Date; standing: number }[],
  now: Date,
): Preview {
  const [robust, fate] = defenseBadge(badge, now).value.split(", ");
  return {
    ...{ over: challenge.title, title: name },
    facts: [robust!, ...(fate === undefined ? [] : [fate]), `claimed ${percent(claim)}`, short(`by ${person.name}`)],
    figure:
      n === 0 ? null : { steps: falls.map(({ at, standing }) => ({ at, value: standing / n })), until: now, claim },
  };
}

interface Challenge {
  title: string;
  summary: string;
  n: number;
  defenses: number;
  attacks: number;
}

/** A challenge: the first defenses of its board. */
export function previewChallenge(
  { title, summary, n, defenses, attacks }: Challenge,
  board: readonly { name: string; robust: number | null; level: Level }[],
): Preview {
  const bars = board.flatMap(({ name, robust, level }): Bar[] =>
    robust === null ? [] : [{ name, value: robust, level }],
  );
  return {
    ...{ over: summary, title },
    facts: [countOf(defenses, "defense"), countOf(attacks, "attack"), countOf(n, "point")],
    figure: { bars },
  };
}

/** A break: what stood before it and after it. */
export function previewBreak(fall: BreakFacts, thresholds: Parameters<typeof levelOf>[1]): Preview {
  const { by, defense, challenge, threshold, standingBefore, standingAfter, n, lasted, taken } = fall;
  const bar = (name: string, standing: number): Bar => {
    return { name, value: standing / n, level: levelOf(standing / n, thresholds) };
  };
  return {
    ...{ over: challenge.title, title: `${by.name} against ${defense.name}` },
    facts: [threshold, `after ${durationName(lasted)}`, `${countOf(taken, "point")} taken`],
    figure: {
      bars: [
        { name: "claimed", value: fall.claim, level: levelOf(fall.claim, thresholds) },
        bar("before", standingBefore),
        bar("after", standingAfter),
      ],
    },
  };
}

/** A person: breaks and defenses. */
export function previewPerson(person: Parameters<typeof personBadge>[0]): Preview {
  return { over: "Researcher", title: person.name, facts: personBadge(person).value.split(", "), figure: null };
}

function short(words: string): string {
  return words.length > 26 ? `${words.slice(0, 25)}…` : words;
}
