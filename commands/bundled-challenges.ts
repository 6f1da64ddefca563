import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkout } from "#commands/checkout.ts";
import type { Problem } from "#contest/problem.ts";

/**
 * Adds the challenges that come with Gauntlet, those marked `test: true` excepted. Idempotent.
 * Returns their names for the line on the screen. Throws with every problem where one of them is bad.
 */
export async function addBundledChallenges(): Promise<string> {
  const folders = readdirSync(join(checkout, "challenges"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(entry.parentPath, entry.name, "challenge.yaml")))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((folder) => parse(readFileSync(join(folder, "challenge.yaml"), "utf8"))?.test !== true)
    .sort();
  const { addChallenge } = await import("#store/challenges.ts");
  const slugs: string[] = [];
  for (const folder of folders) {
    const outcome = await addChallenge(folder);
    if ("problems" in outcome) throw new Error(problemLines(outcome.problems));
    slugs.push(outcome.slug);
  }
  return slugs.join(", ");
}

/** Problems as lines for a terminal: place, message, what to do. */
export function problemLines(problems: Problem[]): string {
  return problems.map(({ where, message, fix }) => [where, message, fix].filter(Boolean).join(": ")).join("\n");
}
