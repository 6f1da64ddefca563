import { previewSvg } from "#components/preview/preview-svg.ts";
import { previewBreak } from "#components/preview/previews.ts";
import { readBreak } from "#data/break-table.ts";
import { readChallenge } from "#data/challenges.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { drawPng } from "#data/raster.ts";

/** /breaks/{id}/preview.png: what links to the page show elsewhere, whoever asks. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const fall = await readBreak(null, (await params).id);
  const challenge = fall && (await readChallenge(null, fall.challenge.slug));
  if (!fall || !challenge) return nothingHere("break");
  const svg = previewSvg(previewBreak(fall, challenge.config.thresholds));
  return answerEverybody(request, { body: await drawPng(svg), type: "image/png", maxAge: 3600 });
}
