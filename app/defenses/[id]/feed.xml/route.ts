import { ATOM_TYPE } from "#components/feed/atom.ts";
import { feedChanged, recordAtom } from "#components/feed/record-feed.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { FEED_SECONDS, readDefenseFeed } from "#data/feeds.ts";
import { siteAddress } from "#data/site.ts";

/** /defenses/{id}/feed.xml: what anybody may read, whoever asks. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const feed = await readDefenseFeed(null, (await params).id);
  if (!feed) return nothingHere("defense");
  const body = recordAtom(siteAddress(), feed);
  return answerEverybody(request, { body, type: ATOM_TYPE, maxAge: FEED_SECONDS, changedAt: feedChanged(feed) });
}
