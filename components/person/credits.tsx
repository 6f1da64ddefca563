import Link from "next/link";
import { countOf, percent } from "#components/ui/numbers.ts";

interface Props {
  scores: {
    challenge: { slug: string; title: string };
    score: number;
    firstBreaks: number;
    attacks: number;
  }[];
  /** Null where they are not known: of the past. */
  credits: { defense: { id: string; name: string; clean: number }; earned: number; firstBreaks: number }[] | null;
}

/** What a person's attacks earned: their scores, and the defenses that they broke most of. */
export function Credits({ scores, credits }: Props) {
  return (
    <div className="grid gap-x-10 gap-y-6 md:grid-cols-2">
      <ul className="space-y-2">
        {scores.map(({ challenge, score, firstBreaks, attacks }) => (
          <li key={challenge.slug}>
            <Link href={`/challenges/${challenge.slug}/attacks`}>{challenge.title}</Link>:{" "}
            <span className="num font-semibold">{percent(score)}</span>
            <span className="block text-[0.8125rem] text-quiet">
              {countOf(attacks, "attack")}, {countOf(firstBreaks, "first break")}
            </span>
          </li>
        ))}
      </ul>
      {credits === null ? (
        <p className="text-quiet">
          Scores are the last of that day (UTC). Which defenses they come from is not kept for the past.
        </p>
      ) : (
        <ul className="space-y-2">
          {credits.map(({ defense, earned, firstBreaks }) => (
            <li key={defense.id}>
              <Link href={`/defenses/${defense.id}`} prefetch={false}>
                <bdi>{defense.name}</bdi>
              </Link>
              <span className="block text-[0.8125rem] text-quiet">
                {countOf(earned, "point")} broken
                {defense.clean > 0 && ` (${percent(Math.min(1, earned / defense.clean))})`},{" "}
                {countOf(firstBreaks, "first break")}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
