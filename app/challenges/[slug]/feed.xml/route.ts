import { ATOM_TYPE } from "#components/feed/atom.ts";
import { feedChanged, recordAtom } from "#components/feed/record-feed.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { FEED_SECONDS, readChallengeFeed } from "#data/feeds.ts";
import { siteAddress } from "#data/site.ts";

/** /challenges/{slug}/feed.xml: what anybody may read, whoever asks. */
export async function GET(request: Request, { params }: { params: Promise<{ slug: string }> }): Promise<Response> {
  const feed = await readChallengeFeed(null, (await params).slug);
  if (!feed) return nothingHere("challenge");
  const body = recordAtom(siteAddress(), feed);
  return answerEverybody(request, { body, type: ATOM_TYPE, maxAge: FEED_SECONDS, changedAt: feedChanged(feed) });
}
