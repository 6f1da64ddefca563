import { pointsArchive } from "#arrays/points-archive.ts";
import { readPoints } from "#data/challenge-points.ts";
import { readChallenge } from "#data/challenges.ts";
import { clientPackage } from "#data/client-package.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { croissantText, fileOf } from "../croissant.json/text.ts";
import { kitFiles, zipped } from "./files.ts";
import { subjectOf } from "./subject.ts";

/** Made once for each version of a challenge, and kept for as long as the process lives. */
const kits = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
const MOST_KITS = 16;

/** /challenges/{slug}/starter-kit.zip: README, notebooks, points, samples, the Python client. */
export async function GET(request: Request, { params }: { params: Promise<{ slug: string }> }): Promise<Response> {
  const { slug } = await params;
  const challenge = await readChallenge(null, slug);
  if (!challenge) return nothingHere("challenge");
  const version = `${slug} ${challenge.sha256} ${challenge.pointsSha}`;
  if (!kits.has(version)) {
    if (kits.size >= MOST_KITS) kits.clear();
    kits.set(version, make(challenge));
    kits.get(version)!.catch(() => kits.delete(version));
  }
  const body = await kits.get(version)!;
  return answerEverybody(request, { body, type: "application/zip", maxAge: 300, file: `${slug}-starter-kit.zip` });
}

async function make(challenge: NonNullable<Awaited<ReturnType<typeof readChallenge>>>) {
  const points = await readPoints(null, challenge.slug);
  const archive = pointsArchive(points);
  const parts = { points, archive, croissant: croissantText(challenge, fileOf(archive)), client: clientPackage() };
  return zipped(challenge.slug, kitFiles(subjectOf(challenge), parts));
}
