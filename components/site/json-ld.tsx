/** What a page is, for machines (schema.org), as a block of data that no browser runs. */
export function JsonLd({ data }: { data: Record<string, unknown> }) {
  // The text stands inside of a script element: nothing in it may end that.
  const text = JSON.stringify({ "@context": "https://schema.org", ...data }).replaceAll("<", "\\u003c");
  // biome-ignore lint/security/noDangerouslySetInnerHtml: React would write quotes as entities, which nobody decodes here
  return <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: text }} />;
}
