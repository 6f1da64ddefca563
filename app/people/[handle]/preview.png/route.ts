import { previewSvg } from "#components/preview/preview-svg.ts";
import { previewPerson } from "#components/preview/previews.ts";
import { readPersonBadge } from "#data/badges.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { drawPng } from "#data/raster.ts";

/** /people/{handle}/preview.png: what links to the page show elsewhere, whoever asks. */
export async function GET(request: Request, { params }: { params: Promise<{ handle: string }> }): Promise<Response> {
  const person = await readPersonBadge(null, (await params).handle);
  if (!person) return nothingHere("person");
  const svg = previewSvg(previewPerson(person));
  return answerEverybody(request, { body: await drawPng(svg), type: "image/png", maxAge: 3600 });
}
