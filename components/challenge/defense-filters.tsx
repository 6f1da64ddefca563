import { LEVELS } from "#contest/standing.ts";

interface Props {
  path: string;
  query: { q: string; level: string; show: string; sort: string };
}

/** Filters as a plain form: they work without JavaScript and their result is an address. */
export function DefenseFilters({ path, query }: Props) {
  return (
    <search>
      <form action={path} className="no-print flex flex-wrap items-end gap-x-4 gap-y-2">
        {query.sort !== "rank" && <input type="hidden" name="sort" value={query.sort} />}
        <label>
          <span className="label">Name or author</span>
          <input className="input w-48" type="search" name="q" defaultValue={query.q} maxLength={80} />
        </label>
        <label>
          <span className="label">Level</span>
          <select className="input" name="level" defaultValue={query.level}>
            {["any", ...LEVELS].map((level) => (
              <option key={level}>{level}</option>
            ))}
          </select>
        </label>
        <label>
          <span className="label">Show</span>
          <select className="input" name="show" defaultValue={query.show}>
            <option value="all">all, ranked first</option>
            <option value="ranked">ranked only</option>
          </select>
        </label>
        <button type="submit" className="button">
          Apply
        </button>
      </form>
    </search>
  );
}
