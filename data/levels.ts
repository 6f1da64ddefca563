import { LEVELS, type Level } from "#contest/standing.ts";

/** A level as the database holds it, a text, as the word of the rules. An unknown one is a bug, so it throws. */
export function levelFrom(text: string): Level {
  const level = LEVELS.find((known) => known === text);
  if (level === undefined) throw new Error(`unknown level ${JSON.stringify(text)}`);
  return level;
}
