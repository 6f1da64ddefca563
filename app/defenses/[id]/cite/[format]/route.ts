import { citeDefense } from "#components/cite/cited.ts";
import { citationFormat, writeCitation } from "#components/cite/write.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { readDefense } from "#data/defense.ts";
import { siteAddress } from "#data/site.ts";

type Context = { params: Promise<{ id: string; format: string }> };

/** /defenses/{id}/cite.bib and cite.cff: what anybody may read, whoever asks. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { id, format } = await params;
  const [defense, form] = [await readDefense(null, id), citationFormat(format)];
  if (!defense || !form) return nothingHere("citation");
  return answerEverybody(request, writeCitation(form, citeDefense(siteAddress(), defense, new Date())));
}
