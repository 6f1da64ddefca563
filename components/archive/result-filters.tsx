import { TextFilter } from "#components/archive/record-filters.tsx";

interface Props {
  query: { q: string; kind: string; technique: string; author: string; sort: string };
  kinds: readonly string[];
}

/** The filters of all later results. */
export function ResultFilters({ query, kinds }: Props) {
  return (
    <search>
      <form action="/archive/results" className="no-print flex flex-wrap items-end gap-x-4 gap-y-2">
        {query.sort !== "-date" && <input type="hidden" name="sort" value={query.sort} />}
        <TextFilter name="q" label="Text" value={query.q} most={80} />
        <label>
          <span className="label">Kind</span>
          <select className="input" name="kind" defaultValue={query.kind}>
            {["any", ...kinds].map((kind) => (
              <option key={kind}>{kind}</option>
            ))}
          </select>
        </label>
        <TextFilter name="technique" label="Technique" value={query.technique} most={300} />
        <TextFilter name="author" label="Author" value={query.author} most={300} />
        <button type="submit" className="button">
          Apply
        </button>
      </form>
    </search>
  );
}
