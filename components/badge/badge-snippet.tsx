import { xmlText } from "#components/ui/xml-text.ts";

interface Props {
  site: string;
  /** The page that the badge is of and leads to, from the site's root. */
  path: string;
  /** What the badge says, for who cannot see it. */
  title: string;
}

/** A badge, and how to put it on a page elsewhere. */
export function BadgeSnippet({ site, path, title }: Props) {
  const [page, image] = [site + path, `${site}${path}/badge.svg`];
  const snippets = [
    { name: "Markdown", text: `[![Gauntlet](${image})](${page})` },
    { name: "HTML", text: `<a href="${xmlText(page)}"><img src="${xmlText(image)}" alt="Gauntlet"></a>` },
  ];
  return (
    <div className="space-y-3">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {/* biome-ignore lint/performance/noImgElement: it is drawn anew by the server, and as small as it is */}
        <img src={`${path}/badge.svg`} alt={title} height={20} />
        <span className="text-[0.875rem] text-quiet">The badge says how things stand whenever it is looked at.</span>
      </p>
      <dl className="no-print space-y-2 text-[0.875rem]">
        {snippets.map(({ name, text }) => (
          <div key={name}>
            <dt className="text-quiet">{name}</dt>
            <dd>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
              <pre tabIndex={0}>
                <code>{text}</code>
              </pre>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
