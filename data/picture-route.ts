import "server-only";
import { PICTURES, type Picture, type PictureAnswer } from "#data/example-picture.ts";
import { getViewer } from "#data/session.ts";
import type { Viewer } from "#data/viewer.ts";

type Read = (viewer: Viewer | null, id: string, point: number, picture: Picture) => Promise<PictureAnswer>;
type Context = { params: Promise<{ id: string; point: string; picture: string }> };

const FOREVER = "max-age=31536000, immutable";

/** The GET handler of `/{id}/examples/{point}/{clean,adversarial,difference}.png`: 200, 403 while closed, 404. */
export function pictureRoute(read: Read): (request: Request, context: Context) => Promise<Response> {
  return async (_request, { params }) => {
    const { id, point, picture } = await params;
    const name = PICTURES.find((known) => picture === `${known}.png`);
    if (name === undefined || !/^\d{1,7}$/.test(point)) return refuse(404, "There is no such picture.");
    const answer = await read(await getViewer(), id, Number(point), name);
    if (!answer.ok && answer.reason === "closed") return refuse(403, "Closed until the challenge's reveal date.");
    if (!answer.ok) return refuse(404, "There is no admissible example for this point.");
    return new Response(new Uint8Array(answer.png), {
      headers: {
        "content-type": "image/png",
        "content-length": String(answer.png.length),
        // An example never changes; what only some may see stays in their own browser.
        "cache-control": `${answer.shared ? "public" : "private"}, ${FOREVER}`,
      },
    });
  };
}

function refuse(status: 403 | 404, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}
