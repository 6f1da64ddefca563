import type { MetadataRoute } from "next";
import { getViewer } from "#data/session.ts";
import { publicAddresses } from "#data/sitemap.ts";

/** Answers anew each time: challenges come and go without a new build. */
export const dynamic = "force-dynamic";

/** /sitemap.xml. */
export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  return (await publicAddresses(await getViewer())).map((url) => ({ url }));
}
