/** The search of the board of single attacks. */
export function AttackFilters({ path, query }: { path: string; query: { q: string; sort: string } }) {
  return (
    <search>
      <form action={path} className="no-print flex flex-wrap items-end gap-x-4 gap-y-2">
        <input type="hidden" name="view" value="attacks" />
        <input type="hidden" name="sort" value={query.sort} />
        <label>
          <span className="label">Name or author</span>
          <input className="input w-48" type="search" name="q" defaultValue={query.q} maxLength={80} />
        </label>
        <button type="submit" className="button">
          Apply
        </button>
      </form>
    </search>
  );
}
