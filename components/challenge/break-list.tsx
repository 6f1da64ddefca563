import Link from "next/link";
import { durationName } from "#components/ui/duration.ts";
import { LevelBadge } from "#components/ui/level-badge.tsx";
import { percent } from "#components/ui/numbers.ts";
import { PersonLink } from "#components/ui/person.tsx";
import { Time } from "#components/ui/time.tsx";
import { LEVELS } from "#contest/standing.ts";

type Person = { handle: string; name: string };

interface Break {
  id: bigint;
  at: Date;
  threshold: string | null;
  standingBefore: number | null;
  standingAfter: number | null;
  challenge: { slug: string; title: string };
  defense: { id: string; name: string; n: number; receivedAt: Date; person: Person };
  breaker: { name: string; attack: { id: string; author: Person } | null };
}

/** Breaks, latest first: which defense, how far it fell, by what, after how long. */
export function BreakList({ breaks }: { breaks: readonly Break[] }) {
  return (
    <ol className="divide-y divide-line border-line border-y">
      {breaks.map((fall) => (
        <li key={String(fall.id)} className="grid gap-x-6 gap-y-0.5 py-2.5 sm:grid-cols-[7rem_1fr_auto]">
          <LevelBadge level={LEVELS.find((level) => level === fall.threshold) ?? "broken"} />
          <p className="min-w-0">
            <Link href={`/defenses/${fall.defense.id}`} className="font-medium">
              <bdi>{fall.defense.name}</bdi>
            </Link>{" "}
            by <PersonLink person={fall.defense.person} /> fell to <Breaker {...fall.breaker} /> after{" "}
            {durationName(fall.at.getTime() - fall.defense.receivedAt.getTime())}
            <span className="block text-[0.8125rem] text-quiet">
              <Link href={`/challenges/${fall.challenge.slug}`} className="text-inherit">
                {fall.challenge.title}
              </Link>{" "}
              ·{" "}
              <Link href={`/breaks/${fall.id}`} prefetch={false} className="text-inherit">
                <Time at={fall.at} />
              </Link>
            </span>
          </p>
          <Fall {...fall} />
        </li>
      ))}
    </ol>
  );
}

function Breaker({ name, attack }: Break["breaker"]) {
  if (attack === null) return <>{name} (house)</>;
  return (
    <>
      <Link href={`/attacks/${attack.id}`}>
        <bdi>{name}</bdi>
      </Link>{" "}
      by <PersonLink person={attack.author} />
    </>
  );
}

function Fall({ standingBefore, standingAfter, defense: { n } }: Break) {
  if (standingBefore === null || standingAfter === null || n === 0) return null;
  return (
    <p className="num sm:text-end">
      {percent(standingBefore / n)} <span aria-hidden="true">→</span>
      <span className="sr-only">to</span> {percent(standingAfter / n)}
    </p>
  );
}
