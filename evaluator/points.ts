import { type Arena, arenaOf, ChallengeFile } from "#contest/challenge.ts";
import type { Context } from "#evaluator/context.ts";
import { deriveHoldout, type Holdout } from "#evaluator/holdout.ts";
import { challengeSeed } from "#evaluator/seeds.ts";
import { readArtifact } from "#store/artifacts.ts";
import type { Challenge } from "#store/generated/client.ts";

/** A challenge as the evaluator needs it, its data in memory. */
export interface LoadedChallenge {
  row: Challenge;
  file: ChallengeFile;
  arena: Arena;
  /** Values of one input. */
  size: number;
  /** Clean points, float32 [n, ...shape], and their labels. */
  points: Float32Array;
  labels: Uint16Array;
  holdout: Holdout;
  /** Of randomised models' noise: seeds.ts. */
  seed: string;
}

const loaded = new Map<string, Promise<LoadedChallenge>>();

/** Loads a challenge once per process and version of its data. */
export function loadChallenge(context: Context, row: Challenge): Promise<LoadedChallenge> {
  const key = `${row.id}:${row.sha256}`;
  let challenge = loaded.get(key);
  if (!challenge) {
    challenge = read(context, row);
    loaded.set(key, challenge);
    challenge.catch(() => loaded.delete(key));
  }
  return challenge;
}

async function read(context: Context, row: Challenge): Promise<LoadedChallenge> {
  const file = ChallengeFile.parse(row.config);
  const arena = arenaOf(file, row.n);
  const [points, labels, holdoutX, holdoutY] = await Promise.all(
    [row.pointsSha, row.labelsSha, row.holdoutXSha, row.holdoutYSha].map(readArtifact),
  );
  return {
    row,
    file,
    arena,
    size: arena.shape.reduce((a, b) => a * b, 1),
    points: floats(points!),
    labels: shorts(labels!),
    holdout: deriveHoldout(floats(holdoutX!), shorts(holdoutY!), arena, context.secret, row.slug),
    seed: challengeSeed(context.secret, row.slug),
  };
}

// Artifacts are little-endian, as is every machine that ONNX Runtime's npm package supports.
export function floats(bytes: Buffer<ArrayBuffer>): Float32Array<ArrayBuffer> {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function shorts(bytes: Buffer<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** The inputs of these points, float32 [points, ...shape]. */
export function rowsAt(values: Float32Array, points: readonly number[], size: number): Float32Array {
  const rows = new Float32Array(points.length * size);
  for (const [to, point] of points.entries()) rows.set(values.subarray(point * size, (point + 1) * size), to * size);
  return rows;
}

/** The points of an attack's rows, from its column. */
export function pointsOf(attack: { points: Uint8Array }): Uint32Array<ArrayBuffer> {
  return new Uint32Array(new Uint8Array(attack.points).buffer);
}
