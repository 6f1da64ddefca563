import type { Context } from "#evaluator/context.ts";
import type { Measured } from "#evaluator/measure.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";

/** Rule 12: what a result must carry to be reproduced. Columns of Evaluation. */
export interface Provenance {
  challengeId: string;
  evaluatorVersion: string;
  crashed: number;
  seconds: number;
  seed: string;
  ortVersion: string;
  provider: string;
  cpu: string;
  modelSha: string;
  pointsSha: string;
}

export function provenance(
  context: Context,
  challenge: LoadedChallenge,
  modelSha: string,
  measured: Measured,
): Provenance {
  return {
    challengeId: challenge.row.id,
    evaluatorVersion: EVALUATOR_VERSION,
    crashed: measured.crashed,
    seconds: measured.seconds,
    seed: measured.seed,
    ortVersion: measured.ort,
    provider: measured.provider,
    cpu: context.cpu,
    modelSha,
    pointsSha: challenge.row.pointsSha,
  };
}

/** The bytes of an array as a column takes them, little-endian. */
export function bytesOf(values: Uint16Array | Uint32Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength) as ArrayBuffer);
}
