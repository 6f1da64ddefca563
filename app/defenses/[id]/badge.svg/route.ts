import { badgeSvg } from "#components/badge/badge-svg.ts";
import { defenseBadge } from "#components/badge/badge-words.ts";
import { BADGE_SECONDS, readDefenseBadge } from "#data/badges.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";

/** /defenses/{id}/badge.svg: what anybody may see, whoever asks. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const defense = await readDefenseBadge(null, (await params).id);
  if (!defense) return nothingHere("defense");
  const body = badgeSvg(defenseBadge(defense, new Date()));
  return answerEverybody(request, { body, type: "image/svg+xml", maxAge: BADGE_SECONDS });
}
