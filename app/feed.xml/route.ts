import { ATOM_TYPE } from "#components/feed/atom.ts";
import { feedChanged, recordAtom } from "#components/feed/record-feed.ts";
import { answerEverybody } from "#data/conditional.ts";
import { FEED_SECONDS, readSiteFeed } from "#data/feeds.ts";
import { siteAddress } from "#data/site.ts";

/** /feed.xml: what anybody may read, whoever asks. */
export async function GET(request: Request): Promise<Response> {
  const feed = await readSiteFeed(null);
  const body = recordAtom(siteAddress(), feed);
  return answerEverybody(request, { body, type: ATOM_TYPE, maxAge: FEED_SECONDS, changedAt: feedChanged(feed) });
}
