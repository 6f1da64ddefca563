import { citeBoard } from "#components/cite/cited.ts";
import { citationFormat, writeCitation } from "#components/cite/write.ts";
import { readBoardAt } from "#data/board-at.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { siteAddress } from "#data/site.ts";
import { badParameters, givenOf } from "#data/table-export.ts";

type Context = { params: Promise<{ slug: string; format: string }> };

/** /challenges/{slug}/defenses/cite.bib and cite.cff, as the board stood at `?at=`: what anybody may read, whoever asks. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { slug, format } = await params;
  const board = await readBoardAt(null, slug, givenOf(new URL(request.url).searchParams).at);
  const form = citationFormat(format);
  if (!board || !form) return nothingHere("citation");
  if (board.problems.length > 0) return badParameters(board.problems);
  return answerEverybody(request, writeCitation(form, citeBoard(siteAddress(), board)));
}
