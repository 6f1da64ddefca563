import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readExamples } from "#arrays/examples.ts";
import { checkout } from "#commands/checkout.ts";
import { admitted } from "#commands/gauntlet/admitted.ts";
import { verdictsOf } from "#commands/gauntlet/verdicts.ts";
import { arenaOf } from "#contest/challenge.ts";
import { judgeRows } from "#evaluator/admit-attack.ts";
import type { RunContext } from "#evaluator/context.ts";
import { type ChallengeFolder, readChallengeFolder } from "#store/challenge-folder.ts";

/** One evaluation of the corpus, as it came out. */
export interface Replayed {
  /** Challenge, model file, and "clean" or the attack's file. */
  evaluation: string;
  /** SHA-256 of the model's canonical form. */
  model: string;
  /** Base64 of one bit a point, as a receipt has them. */
  verdicts: string;
}

/** The rows that an evaluation asks about, and the points that they belong to, ascending. */
interface Asked {
  name: string;
  rows: Float32Array;
  points: Uint32Array;
}

/**
 * Evaluates every baseline of the bundled challenges from its file on, without an attack and by each of the challenge's
 * own: gate, canonical form, admissible rows, runs in the sandbox, judging. Noise comes from a seed that never changes.
 */
export async function* replayed(context: RunContext, signal: AbortSignal): AsyncGenerator<Replayed> {
  for (const slug of readdirSync(join(checkout, "challenges")).sort()) {
    if (slug.includes(".")) continue;
    const challenge = await readChallengeFolder(join(checkout, "challenges", slug));
    for (const { file } of challenge.file.baselines.defenses) yield* evaluated(context, challenge, file, signal);
  }
}

async function* evaluated(
  context: RunContext,
  challenge: ChallengeFolder,
  model: string,
  signal: AbortSignal,
): AsyncGenerator<Replayed> {
  const { slug, file, folder, points } = challenge;
  const arena = arenaOf(file, points.n);
  const seed = createHash("sha256").update(`replay ${slug}`).digest("hex");
  const { facts, modelSha } = await admitted(context, arena, { bytes: readFileSync(join(folder, model)) }, signal);
  const subject = { modelSha, draws: facts.randomOps > 0 ? file.draws : 1, seed };
  for (const asked of asks(challenge)) {
    const { bits } = await verdictsOf(context, arena, subject, { ...asked, labels: points.y }, { signal });
    const verdicts = Buffer.from(bits).toString("base64");
    yield { evaluation: `${slug} ${model} ${asked.name}`, model: modelSha, verdicts };
  }
}

function* asks({ file, folder, points }: ChallengeFolder): Generator<Asked> {
  yield { name: "clean", rows: points.x, points: Uint32Array.from({ length: points.n }, (_, point) => point) };
  const arena = arenaOf(file, points.n);
  for (const attack of file.baselines.attacks) {
    const expected = { count: points.n, shape: arena.shape, grid: arena.grid, maxBytes: 2 ** 28 };
    const read = readExamples(readFileSync(join(folder, attack.file)), expected);
    if (!read.ok) throw new Error(`${attack.file}: ${read.problems[0]!.message}`);
    const judged = judgeRows({ arena, points: points.x, size: points.x.length / points.n }, read);
    yield { name: attack.file, ...judged };
  }
}
