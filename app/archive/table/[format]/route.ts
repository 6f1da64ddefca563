import { readCorrectedArchive } from "#data/archive-corrected.ts";
import { allCorrectionsBeside } from "#data/corrections.ts";
import { onlyTableRoute } from "#data/table-export.ts";

/** What /archive.json (with the accepted corrections, in whole) and .csv (with how many each record has) answer with. */
export const GET = onlyTableRoute(readCorrectedArchive, async (viewer) => ({
  corrections: await allCorrectionsBeside(viewer),
}));
