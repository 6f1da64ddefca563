import type { BreakFacts } from "#components/break/facts.ts";
import { type Citation, dayOf } from "#components/cite/citation.ts";
import { durationName } from "#components/ui/duration.ts";
import { countOf, percent } from "#components/ui/numbers.ts";

const ABOUT = ["adversarial robustness", "machine learning"];
const HOUSE = "Gauntlet";
type Place = { slug: string; title: string };

interface Defense {
  id: string;
  name: string;
  person: { name: string };
  challenge: Place;
  claim: number;
  n: number;
  standing: number;
  faced: number;
  tier: string;
  receivedAt: Date;
  withdrawnAt: Date | null;
  modelSha: string;
  form: { code?: string | undefined };
}

/** How to cite a defense on a site that is reached at `site`, with what it kept by `now`. */
export function citeDefense(site: string, defense: Defense, now: Date): Citation {
  const { id, name, person, challenge, claim, n, standing, faced, tier, withdrawnAt } = defense;
  const kept = n === 0 ? "not measured yet" : `${percent(standing / n)} (${standing} of ${countOf(n, "point")})`;
  const met = `${countOf(faced, "attack")}${tier === "none" ? "" : ` and the ${tier} gauntlet`}`;
  return {
    ...{ key: `gauntlet-defense-${id}`, type: "software", authors: [person.name], at: defense.receivedAt },
    title: `${name}: a defense in the challenge ${challenge.title}`,
    url: `${site}/defenses/${id}`,
    note: `Robust accuracy claimed: ${percent(claim)}; kept by ${dayOf(now)}: ${kept}, after ${met}.${withdrawnAt ? ` Withdrawn on ${dayOf(withdrawnAt)}.` : ""}`,
    keywords: [...ABOUT, "adversarial defense"],
    ...{ sha256: defense.modelSha, code: defense.form.code },
  };
}

interface Attack {
  id: string;
  name: string;
  person: { name: string };
  challenge: Place;
  met: number;
  success: number;
  receivedAt: Date;
  withdrawnAt: Date | null;
  examplesSha: string;
  form: { code?: string | undefined };
}

/** How to cite an attack, with what it broke by `now`. */
export function citeAttack(site: string, attack: Attack, now: Date): Citation {
  const { id, name, person, challenge, met, success, withdrawnAt } = attack;
  const broke =
    met === 0
      ? `Not measured by ${dayOf(now)}.`
      : `Breaks ${percent(success)} of a defense's points, averaged over the ${countOf(met, "defense")} met by ${dayOf(now)}.`;
  return {
    ...{ key: `gauntlet-attack-${id}`, type: "dataset", authors: [person.name], at: attack.receivedAt },
    title: `${name}: an attack in the challenge ${challenge.title}`,
    url: `${site}/attacks/${id}`,
    note: `${broke}${withdrawnAt ? ` Withdrawn on ${dayOf(withdrawnAt)}.` : ""}`,
    keywords: [...ABOUT, "adversarial examples"],
    ...{ sha256: attack.examplesSha, code: attack.form.code },
  };
}

/** How to cite a break: its author is who attacked, or the house. */
export function citeBreak(site: string, fall: BreakFacts): Citation {
  const { id, at, by, defense, threshold, under, standingBefore, standingAfter, n, lasted } = fall;
  return {
    ...{ key: `gauntlet-break-${id}`, type: "dataset", authors: [by.attack?.author.name ?? HOUSE], at },
    title: `${by.name} against ${defense.name}: ${threshold}`,
    url: `${site}/breaks/${id}`,
    note: `From ${percent(standingBefore / n)} to ${percent(standingAfter / n)} robust accuracy (${countOf(n, "point")}), under the threshold of ${percent(under)}, ${durationName(lasted)} after the defense of ${defense.author.name} was admitted; measured by evaluator version ${fall.version}.`,
    keywords: [...ABOUT, "adversarial examples"],
  };
}

interface Board {
  challenge: Place;
  /** The moment as which it is cited. */
  at: Date;
  /** Defenses that were ranked, and the first of them. */
  ranked: number;
  leader: { name: string; author: { name: string }; robust: number | null; n: number } | null;
}

/** How to cite a challenge's defense board as it stood at a moment: to the second, in the address. */
export function citeBoard(site: string, { challenge, at, ranked, leader }: Board): Citation {
  const moment = `${at.toISOString().slice(0, 19)}Z`;
  const led =
    leader?.robust == null
      ? ""
      : `; ${leader.name} of ${leader.author.name} leads with ${percent(leader.robust)} robust accuracy (${countOf(leader.n, "point")})`;
  return {
    ...{ key: `gauntlet-${challenge.slug}-${dayOf(at)}`, type: "dataset", authors: [HOUSE], at },
    title: `Defenses of the challenge ${challenge.title}, as of ${moment}`,
    url: `${site}/challenges/${challenge.slug}/defenses?at=${moment}`,
    note: `${countOf(ranked, "defense")} ranked${led}.`,
    keywords: [...ABOUT, "leaderboard"],
  };
}
