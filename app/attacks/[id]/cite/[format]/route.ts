import { citeAttack } from "#components/cite/cited.ts";
import { citationFormat, writeCitation } from "#components/cite/write.ts";
import { readAttack } from "#data/attack.ts";
import { answerEverybody, nothingHere } from "#data/conditional.ts";
import { siteAddress } from "#data/site.ts";

type Context = { params: Promise<{ id: string; format: string }> };

/** /attacks/{id}/cite.bib and cite.cff: what anybody may read, whoever asks. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { id, format } = await params;
  const [attack, form] = [await readAttack(null, id), citationFormat(format)];
  if (!attack || !form) return nothingHere("citation");
  return answerEverybody(request, writeCitation(form, citeAttack(siteAddress(), attack, new Date())));
}
