import { readHouseMeetings } from "#data/house-attack.ts";
import { anyFormatRoute } from "#data/table-export.ts";

const route = anyFormatRoute(readHouseMeetings);

/** What /challenges/{slug}/attacks/{attack}.json and .csv answer with. */
export function GET(
  request: Request,
  { params }: { params: Promise<{ slug: string; attack: string; format: string }> },
): Promise<Response> {
  return route(request, { params: params.then(({ slug, attack, format }) => ({ format, id: `${slug}/${attack}` })) });
}
