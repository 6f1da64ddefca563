import "server-only";
import { createHash } from "node:crypto";
import { ChallengeFile } from "#contest/challenge.ts";
import type { Receipt, SignedReceipt } from "#contest/receipt.ts";
import { pointsOf } from "#data/house-examples.ts";
import { signReceipt } from "#data/receipt-key.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import type { Prisma } from "#store/generated/client.ts";

const include = {
  challenge: true,
  defense: { select: { randomised: true } },
  attack: { select: { points: true } },
} satisfies Prisma.EvaluationInclude;
type Row = Prisma.EvaluationGetPayload<{ include: typeof include }>;

/**
 * The signed receipt of an evaluation, null where there is none. Evaluations never change and rules freeze at the opening
 * (rule 15), so it is the same whenever it is asked for, unless its challenge's public log of changes says otherwise.
 */
export async function readReceipt(_viewer: Viewer | null, id: string): Promise<SignedReceipt | null> {
  if (!/^[0-9]{1,18}$/.test(id)) return null;
  const row = await database().evaluation.findUnique({ where: { id: BigInt(id) }, include });
  if (!row) return null;
  const receipt = receiptOf(row);
  return {
    receipt,
    signature: signReceipt(receipt),
    noiseSeed: receipt.settings.noiseSha256 === null ? null : row.challenge.seed,
  };
}

function receiptOf(row: Row): Receipt {
  const { challenge, defense } = row;
  const file = ChallengeFile.parse(challenge.config);
  const { norm, epsilon } = file.threatModel;
  const { grid, range, shape, classes } = file.data;
  const index = indexOf(row);
  return {
    version: 1,
    ...{ evaluation: String(row.id), kind: row.kind, challenge: challenge.slug, n: challenge.n },
    ...{ defense: row.defenseId, attack: row.attackId, subject: row.subject },
    settings: {
      ...{ norm, epsilon, grid, range, shape, classes: classes.length },
      draws: defense.randomised ? file.draws : 1,
      noiseSha256: defense.randomised ? challenge.seedHash : null,
    },
    sha256: {
      ...{ model: row.modelSha, points: row.pointsSha, labels: challenge.labelsSha, examples: row.examplesSha },
      index: index && createHash("sha256").update(index).digest("hex"),
    },
    evaluator: {
      ...{ version: row.evaluatorVersion, onnxRuntime: row.ortVersion, provider: row.provider, cpu: row.cpu },
    },
    ...{ seed: row.seed, seconds: row.seconds, verdicts: verdictsOf(row), at: row.createdAt.toISOString() },
  };
}

/** The points that the examples attack, ascending, little-endian uint32; null where no examples were measured. */
function indexOf({ examplesSha, attack, answers }: Pick<Row, "examplesSha" | "attack" | "answers">) {
  if (examplesSha === null) return null;
  if (attack) return attack.points;
  return answers && new Uint8Array(Uint32Array.from(pointsOf(answers)).buffer);
}

/** Null for the holdout, and for a stage that the model's process died in: there was nothing to judge. */
function verdictsOf(row: Row): Receipt["verdicts"] {
  if (row.kind === "holdout" || row.bits === null) return null;
  const { attacked, broken, invalid, crashed, taken, standingBefore, standingAfter } = row;
  const bits = Buffer.from(row.bits).toString("base64");
  return { bits, attacked, broken, invalid, crashed, taken, standingBefore, standingAfter };
}
