import "server-only";
import { readChallenge } from "#data/challenges.ts";
import type { Viewer } from "#data/viewer.ts";
import { readArtifact } from "#store/artifacts.ts";

/** The public points of a challenge: x float32 [n, ...shape], y [n], in the machine's byte order. */
export interface Points {
  shape: number[];
  x: Float32Array<ArrayBuffer>;
  y: Uint16Array<ArrayBuffer>;
}

/** Names the points' content without reading it, for caches. Null when there is no such challenge. */
export async function pointsVersion(viewer: Viewer | null, slug: string): Promise<string | null> {
  const challenge = await readChallenge(viewer, slug);
  return challenge && `${challenge.pointsSha}-${challenge.labelsSha}`;
}

/** Reads the points. Throws when there is no such challenge: ask `pointsVersion` first. */
export async function readPoints(viewer: Viewer | null, slug: string): Promise<Points> {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) throw new Error(`no challenge ${slug}`);
  const [x, y] = await Promise.all([readArtifact(challenge.pointsSha), readArtifact(challenge.labelsSha)]);
  return {
    shape: [challenge.n, ...challenge.config.data.shape],
    x: new Float32Array(x.buffer, x.byteOffset, x.length / 4),
    y: new Uint16Array(y.buffer, y.byteOffset, y.length / 2),
  };
}
