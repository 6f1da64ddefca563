import { threatSentence } from "#components/challenge/threat-sentence.ts";
import type { ChallengeFile } from "#contest/challenge.ts";
import { threatModelName } from "#contest/threat-model.ts";
import { siteAddress } from "#data/site.ts";

/** What a kit is made of: a challenge, and the site's address without a slash at the end. */
export interface KitSubject {
  site: string;
  slug: string;
  title: string;
  n: number;
  grid: number | null;
  config: ChallengeFile;
  threatName: string;
  threatSentence: string;
}

export function subjectOf(challenge: Pick<KitSubject, "slug" | "title" | "n" | "grid" | "config">): KitSubject {
  const { slug, title, n, grid, config } = challenge;
  const { threatModel } = config;
  return {
    ...{ site: siteAddress(), slug, title, n, grid, config },
    threatName: threatModelName(threatModel, grid),
    threatSentence: threatSentence(threatModel, grid),
  };
}
