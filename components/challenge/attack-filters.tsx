interface Props {
  path: string;
  query: { q: string; sort: string; show: string };
}

/** The search of the board of single attacks. */
export function AttackFilters({ path, query }: Props) {
  return (
    <search>
      <form action={path} className="no-print flex flex-wrap items-end gap-x-4 gap-y-2">
        <input type="hidden" name="view" value="attacks" />
        <input type="hidden" name="sort" value={query.sort} />
        <label>
          <span className="label">Name or author</span>
          <input className="input w-48" type="search" name="q" defaultValue={query.q} maxLength={80} />
        </label>
        <Show
          value={query.show}
          options={{ all: "all of them", submitted: "submitted ones", house: "the house's own" }}
        />
      </form>
    </search>
  );
}

/** The filter of the board of people. */
export function AttackerFilters({ path, query }: { path: string; query: { show: string } }) {
  return (
    <search>
      <form action={path} className="no-print flex flex-wrap items-end gap-x-4 gap-y-2">
        <Show value={query.show} options={{ all: "everybody", people: "people only", house: "the house only" }} />
      </form>
    </search>
  );
}

function Show({ value, options }: { value: string; options: Record<string, string> }) {
  return (
    <>
      <label>
        <span className="label">Show</span>
        <select className="input" name="show" defaultValue={value}>
          {Object.entries(options).map(([option, text]) => (
            <option key={option} value={option}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" className="button">
        Apply
      </button>
    </>
  );
}
