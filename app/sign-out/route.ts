import { isOwnOrigin } from "#data/origin.ts";
import { endSession } from "#data/session.ts";

/** Ends the session of this browser; a plain form posts here. */
export async function POST(request: Request): Promise<Response> {
  if (!isOwnOrigin(request.headers))
    return new Response("This request did not come from a page of this site.", { status: 403 });
  await endSession();
  return new Response(null, { status: 303, headers: { location: "/" } });
}
