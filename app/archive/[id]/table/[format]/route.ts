import { readRecord, recordCitation } from "#data/archive.ts";
import { readResults } from "#data/archive-results.ts";
import { wholeTable } from "#data/archive-table.ts";
import { correctionsBeside } from "#data/corrections.ts";
import { getViewer } from "#data/session.ts";
import { anyFormatRoute } from "#data/table-export.ts";

const table = anyFormatRoute(
  async (viewer, record, given) => readResults(viewer, { record }, wholeTable(given)),
  async (viewer, id) => ({ record: readRecord(viewer, id), corrections: await correctionsBeside(viewer, id) }),
);

/** What /archive/{id}.json (its results, the record as the archive's file has it, and its corrections), .csv and .bib answer with. */
export async function GET(request: Request, context: { params: Promise<{ id: string; format: string }> }) {
  const { id, format } = await context.params;
  if (format !== "bib") return table(request, context);
  const viewer = await getViewer();
  const record = readRecord(viewer, id);
  if (!record) return new Response("There is no such record.\n", { status: 404 });
  return new Response(recordCitation(viewer, record), {
    headers: { "content-type": "application/x-bibtex; charset=utf-8" },
  });
}
