import { PICTURES, readPicture } from "#data/example-picture.ts";
import { getViewer } from "#data/session.ts";

type Context = { params: Promise<{ id: string; point: string; picture: string }> };

const FOREVER = "max-age=31536000, immutable";

/** /attacks/{id}/examples/{point}/{clean,adversarial,difference}.png: one picture of the gallery. */
export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const { id, point, picture } = await params;
  const name = PICTURES.find((known) => picture === `${known}.png`);
  if (name === undefined || !/^\d{1,7}$/.test(point)) return refuse(404, "There is no such picture.");
  const answer = await readPicture(await getViewer(), id, Number(point), name);
  if (!answer.ok && answer.reason === "closed") return refuse(403, "Closed until the challenge's reveal date.");
  if (!answer.ok) return refuse(404, "The attack has no admissible example for this point.");
  return new Response(new Uint8Array(answer.png), {
    headers: {
      "content-type": "image/png",
      "content-length": String(answer.png.length),
      // An attack never changes; what only some may see stays in their own browser.
      "cache-control": `${answer.shared ? "public" : "private"}, ${FOREVER}`,
    },
  });
}

function refuse(status: 403 | 404, text: string): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}
