import type { MetadataRoute } from "next";
import { siteAddress } from "#data/site.ts";

/** Answers anew each time: the site's address is known where it runs, not where it is built. */
export const dynamic = "force-dynamic";

/** /robots.txt: search engines read what everybody may, each page in its own order only. */
export default function robots(): MetadataRoute.Robots {
  const disallow = ["/api/", "/admin", "/settings", "/submissions", "/sign-", "/*?*sort=", "/*?*at="];
  return {
    rules: { userAgent: "*", allow: ["/", "/api/v1/openapi.json"], disallow },
    sitemap: `${siteAddress()}/sitemap.xml`,
  };
}
