import "server-only";
import { readChallenge } from "#data/challenges.ts";
import { readDefenseBoard } from "#data/defense-board.ts";
import type { Given } from "#data/table.ts";
import type { Viewer } from "#data/viewer.ts";

/**
 * A challenge's ranking in short as it stood at `asked`, the parameter `?at=`, or else at the last full second: how many
 * were ranked, and who led. Null when there is no such challenge.
 */
export async function readBoardAt(viewer: Viewer | null, slug: string, asked: Given[string]) {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) return null;
  const second = new Date(Math.floor(Date.now() / 1000) * 1000);
  // A challenge that is younger than a second begins in it.
  const now = second < challenge.createdAt ? challenge.createdAt : second;
  // Without `at` the board is read as the evaluator keeps it, which costs less than to look it up in the record.
  const board = (await readDefenseBoard(viewer, slug, { at: asked, show: "ranked", size: "10" }))!;
  const { rows, total, query, problems } = board;
  const { title } = challenge;
  return { challenge: { slug, title }, at: query.at ?? now, ranked: total, leader: rows[0] ?? null, problems };
}
