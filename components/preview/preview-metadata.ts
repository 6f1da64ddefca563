import type { Metadata } from "next";
import { PREVIEW_SIZE } from "#components/preview/preview-svg.ts";

/** What a link to the page shows elsewhere (Open Graph): the page's picture, and what it shows for who cannot see it. */
export function previewMetadata(path: string, title: string, alt: string): Pick<Metadata, "openGraph" | "twitter"> {
  const images = [{ url: `${path}/preview.png`, ...PREVIEW_SIZE, alt, type: "image/png" }];
  return {
    openGraph: { siteName: "Gauntlet", type: "website", title, url: path, images },
    twitter: { card: "summary_large_image" },
  };
}
