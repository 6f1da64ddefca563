import { previewSvg } from "#components/preview/preview-svg.ts";
import { previewChallenge } from "#components/preview/previews.ts";
import { readChallenge } from "#data/challenges.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { readDefenseBoard } from "#data/defense-board.ts";
import { drawPng } from "#data/raster.ts";

/** /challenges/{slug}/preview.png: what links to the page show elsewhere, whoever asks. */
export async function GET(request: Request, { params }: { params: Promise<{ slug: string }> }): Promise<Response> {
  const { slug } = await params;
  const [challenge, board] = await Promise.all([
    readChallenge(null, slug),
    readDefenseBoard(null, slug, { size: "10" }),
  ]);
  if (!challenge || !board) return nothingHere("challenge");
  const svg = previewSvg(previewChallenge(challenge, board.rows));
  return answerEverybody(request, { body: await drawPng(svg), type: "image/png", maxAge: 3600 });
}
