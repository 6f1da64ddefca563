import { previewSvg } from "#components/preview/preview-svg.ts";
import { previewDefense } from "#components/preview/previews.ts";
import { readDefenseBadge } from "#data/badges.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { readDefense } from "#data/defense.ts";
import { readCourse } from "#data/history.ts";
import { drawPng } from "#data/raster.ts";

/** /defenses/{id}/preview.png: what links to the page show elsewhere, whoever asks. */
export async function GET(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params;
  const [defense, badge] = await Promise.all([readDefense(null, id), readDefenseBadge(null, id)]);
  if (!defense || !badge) return nothingHere("defense");
  const { falls } = await readCourse(null, defense, null);
  // To the hour, so that the picture of a quiet defense is drawn once in one.
  const now = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000);
  const svg = previewSvg(previewDefense(defense, badge, falls, now));
  return answerEverybody(request, { body: await drawPng(svg), type: "image/png", maxAge: 3600 });
}
