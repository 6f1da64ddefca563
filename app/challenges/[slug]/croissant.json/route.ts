import { pointsArchive } from "#arrays/points-archive.ts";
import { pointsVersion, readPoints } from "#data/challenge-points.ts";
import { readChallenge } from "#data/challenges.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { croissantText, fileOf } from "./text.ts";

/** Of each version of a challenge's points, size and hash of the file that the API makes of them; told once. */
const files = new Map<string, Promise<ReturnType<typeof fileOf>>>();
const MOST_FILES = 1000;

async function measure(slug: string) {
  return fileOf(pointsArchive(await readPoints(null, slug)));
}

/** /challenges/{slug}/croissant.json: the public points as Croissant. */
export async function GET(request: Request, { params }: { params: Promise<{ slug: string }> }): Promise<Response> {
  const { slug } = await params;
  const [challenge, version] = await Promise.all([readChallenge(null, slug), pointsVersion(null, slug)]);
  if (!challenge || !version) return nothingHere("challenge");
  if (!files.has(version)) {
    if (files.size >= MOST_FILES) files.clear();
    files.set(version, measure(slug));
    files.get(version)!.catch(() => files.delete(version));
  }
  const body = croissantText(challenge, await files.get(version)!);
  return answerEverybody(request, { body, type: "application/ld+json", maxAge: 300 });
}
