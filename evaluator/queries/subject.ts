import { createHash } from "node:crypto";
import { type Arena, arenaOf, ChallengeFile } from "#contest/challenge.ts";
import { inSteps, NO_ANSWER, type QueryAnswers } from "#contest/query.ts";
import { answerOf, majority, NO_MAJORITY } from "#contest/verdict.ts";
import type { Context } from "#evaluator/context.ts";
import { challengeSeed, noiseKey } from "#evaluator/seeds.ts";

/** A defense that may be asked, and what its answers follow from. */
export interface QuerySubject {
  id: string;
  modelSha: string;
  randomised: boolean;
  arena: Arena;
  /** Values of one input. */
  size: number;
  /** Rows come as steps of this grid, a byte each; null: as float32. */
  steps: number | null;
  rowBytes: number;
  draws: number;
  /** Of a randomised model's noise. */
  seed: string;
  scores: boolean;
}

/** The defense by its id; null where there is none, or where its challenge or its own fault allows no queries. */
export async function readSubject(
  { db, secret }: Pick<Context, "db" | "secret">,
  id: string,
): Promise<QuerySubject | null> {
  const defense = await db.defense.findUnique({ where: { id }, include: { challenge: true } });
  if (!defense || defense.disqualified !== null) return null;
  const { challenge, modelSha, randomised } = defense;
  const file = ChallengeFile.parse(challenge.config);
  if (!file.queries) return null;
  const arena = arenaOf(file, challenge.n);
  const size = arena.shape.reduce((a, b) => a * b, 1);
  const steps = inSteps(arena) ? arena.grid : null;
  return {
    ...{ id, modelSha, randomised, arena, size, steps, rowBytes: steps === null ? 4 * size : size },
    draws: randomised ? file.draws : 1,
    seed: challengeSeed(secret, challenge.slug),
    scores: file.queries.answers === "scores",
  };
}

/**
 * What keys the noise of each row: the row itself, so that asking again draws nothing new (rule 6); never a point, whose
 * own draws decide verdicts.
 */
export function queryKeys({ randomised, rowBytes, seed, modelSha }: QuerySubject, rows: Uint8Array): Uint8Array {
  if (!randomised) return new Uint8Array();
  const keys = Array.from({ length: rows.length / rowBytes }, (_, i) => {
    const digest = createHash("sha256").update(rows.subarray(i * rowBytes, (i + 1) * rowBytes));
    return noiseKey(seed, modelSha, `query:${digest.digest("hex")}`);
  });
  return Buffer.concat(keys);
}

/** The answers that follow from logits [rows, draws, classes]: the class as verdicts take it, scores as the mean of the draws. */
export function answersFrom({ arena, draws, scores }: QuerySubject, logits: Float32Array): QueryAnswers {
  const { classes } = arena;
  const rows = logits.length / (draws * classes);
  const labels = new Int32Array(rows);
  const means = scores ? new Float32Array(rows * classes) : null;
  for (let row = 0; row < rows; row++) {
    const each = Uint16Array.from({ length: draws }, (_, draw) => answerOf(logits, classes, row * draws + draw));
    const answer = draws === 1 ? each[0]! : majority(each);
    labels[row] = answer >= NO_MAJORITY ? NO_ANSWER : answer;
    if (!means) continue;
    for (let draw = 0; draw < draws; draw++)
      for (let k = 0; k < classes; k++)
        means[row * classes + k]! += logits[(row * draws + draw) * classes + k]! / draws;
  }
  return { labels, scores: means };
}
