import { citeBreak } from "#components/cite/cited.ts";
import { citationFormat, writeCitation } from "#components/cite/write.ts";
import { readBreak } from "#data/break-table.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { siteAddress } from "#data/site.ts";

type Context = { params: Promise<{ id: string; format: string }> };

/** /breaks/{id}/cite.bib and cite.cff: what anybody may read, whoever asks. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { id, format } = await params;
  const [fall, form] = [await readBreak(null, id), citationFormat(format)];
  if (!fall || !form) return nothingHere("citation");
  return answerEverybody(request, writeCitation(form, citeBreak(siteAddress(), fall)));
}
