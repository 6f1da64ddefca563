import { badgeSvg } from "#components/badge/badge-svg.ts";
import { personBadge } from "#components/badge/badge-words.ts";
import { BADGE_SECONDS, readPersonBadge } from "#data/badges.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";

/** /people/{handle}/badge.svg: what anybody may see, whoever asks. */
export async function GET(request: Request, { params }: { params: Promise<{ handle: string }> }): Promise<Response> {
  const person = await readPersonBadge(null, (await params).handle);
  if (!person) return nothingHere("person");
  const body = badgeSvg(personBadge(person));
  return answerEverybody(request, { body, type: "image/svg+xml", maxAge: BADGE_SECONDS });
}
