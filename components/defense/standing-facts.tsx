import type { ReactNode } from "react";
import { IntervalBar } from "#components/charts/interval-bar.tsx";
import { LevelBadge } from "#components/ui/level-badge.tsx";
import { count, percent } from "#components/ui/numbers.ts";
import { wilson } from "#contest/interval.ts";
import type { Level } from "#contest/standing.ts";

interface Props {
  defense: {
    claim: number;
    n: number;
    standing: number;
    clean: number;
    holdout: number | null;
    faced: number;
    level: Level;
    tier: string;
  };
}

/** How far a defense has come through the gauntlet, by its tier. */
const GAUNTLET: Record<string, string> = {
  none: "not through the gauntlet yet",
  quick: "through the quick gauntlet",
  full: "through the full gauntlet",
};

/** The numbers of a defense, each with what it was measured on. */
export function StandingFacts({ defense }: Props) {
  const { claim, n, standing, clean, holdout, faced, level, tier } = defense;
  if (n === 0) return <p className="text-quiet">It is waiting to be measured on the clean points.</p>;
  const [low, high] = wilson(standing, n);
  const [cleanLow, cleanHigh] = wilson(clean, n);
  return (
    <dl className="grid grid-cols-2 gap-x-8 gap-y-5 sm:grid-cols-4">
      <Figure name="Robust accuracy" value={percent(standing / n)}>
        <IntervalBar value={standing / n} low={low} high={high} claim={claim} />
        <Interval right={standing} n={n} low={low} high={high} />
      </Figure>
      <Figure name="Clean accuracy" value={percent(clean / n)}>
        <IntervalBar value={clean / n} low={cleanLow} high={cleanHigh} />
        <Interval right={clean} n={n} low={cleanLow} high={cleanHigh} />
      </Figure>
      <Figure name="Claim" value={percent(claim)}>
        <LevelBadge level={level} />
      </Figure>
      <Figure name="Holdout" value={holdout === null ? "–" : percent(holdout, 0)}>
        <span className="block">{holdout === null ? "not measured yet" : "hidden inputs, whole percents only"}</span>
        <span className="block">
          {count(faced)} attacks faced; {GAUNTLET[tier] ?? tier}
        </span>
      </Figure>
    </dl>
  );
}

function Figure({ name, value, children }: { name: string; value: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-[0.8125rem] text-quiet">{name}</dt>
      <dd>
        <span className="num block text-2xl">{value}</span>
        <span className="block text-[0.8125rem] text-quiet">{children}</span>
      </dd>
    </div>
  );
}

function Interval({ right, n, low, high }: { right: number; n: number; low: number; high: number }) {
  return (
    <span className="block">
      <span className="num">
        {count(right)} of {count(n)}
      </span>
      , 95 % interval{" "}
      <span className="num">
        {percent(low)}–{percent(high)}
      </span>
    </span>
  );
}
