interface Props {
  query: { challenge: string; threshold: string; by: string; sort: string };
  challenges: readonly { slug: string; title: string }[];
}

/** Which breaks are listed: a plain form, whose result is an address. */
export function BreakFilters({ query, challenges }: Props) {
  return (
    <search>
      <form action="/breaks" className="no-print flex flex-wrap items-end gap-x-4 gap-y-2">
        {query.sort !== "-at" && <input type="hidden" name="sort" value={query.sort} />}
        <label>
          <span className="label">Challenge</span>
          <select className="input max-w-64" name="challenge" defaultValue={query.challenge}>
            <option value="">any</option>
            {challenges.map(({ slug, title }) => (
              <option key={slug} value={slug}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span className="label">Threshold</span>
          <select className="input" name="threshold" defaultValue={query.threshold}>
            {["any", "weakened", "broken", "collapsed"].map((threshold) => (
              <option key={threshold}>{threshold}</option>
            ))}
          </select>
        </label>
        <label>
          <span className="label">Broken by</span>
          <select className="input" name="by" defaultValue={query.by}>
            <option value="any">anybody</option>
            <option value="people">people&apos;s attacks</option>
            <option value="house">the house</option>
          </select>
        </label>
        <button type="submit" className="button">
          Apply
        </button>
      </form>
    </search>
  );
}
