import { z } from "zod";
import { ChallengeFile } from "#contest/challenge.ts";
import { LEVELS, type Level, type Thresholds } from "#contest/standing.ts";

/** A level as the database holds it, a text, as the word of the rules. An unknown one is a bug, so it throws. */
export function levelFrom(text: string): Level {
  const level = LEVELS.find((known) => known === text);
  if (level === undefined) throw new Error(`unknown level ${JSON.stringify(text)}`);
  return level;
}

const Config = z.object({ thresholds: ChallengeFile.shape.thresholds });

/** The thresholds in a challenge's configuration, without reading the rest of it. Throws where it has none. */
export function thresholdsIn(config: unknown): Thresholds {
  return Config.parse(config).thresholds;
}
