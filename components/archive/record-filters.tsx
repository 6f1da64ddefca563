interface Props {
  query: Record<string, string | number>;
  choices: Record<string, readonly string[]>;
}

const SELECTS = [
  { name: "category", label: "Category" },
  { name: "status", label: "Status" },
  { name: "year", label: "Year" },
  { name: "dataset", label: "Data set" },
  { name: "norm", label: "Norm" },
];

/** The archive's filters as a plain form: they work without JavaScript and their result is an address. */
export function RecordFilters({ query, choices }: Props) {
  return (
    <search>
      <form action="/archive" className="no-print flex flex-wrap items-end gap-x-4 gap-y-2">
        {query.sort !== "-claimDate" && <input type="hidden" name="sort" value={query.sort} />}
        <TextFilter name="q" label="Text" value={query.q} most={80} />
        {SELECTS.map(({ name, label }) => (
          <label key={name}>
            <span className="label">{label}</span>
            <select className="input max-w-48" name={name} defaultValue={query[name]}>
              {["any", ...(choices[name] ?? [])].map((choice) => (
                <option key={choice}>{choice}</option>
              ))}
            </select>
          </label>
        ))}
        <TextFilter name="technique" label="Technique" value={query.technique} most={300} />
        <TextFilter name="author" label="Author" value={query.author} most={300} />
        <button type="submit" className="button">
          Apply
        </button>
      </form>
    </search>
  );
}

/** A line of text to filter by. */
export function TextFilter(props: { name: string; label: string; value: string | number | undefined; most: number }) {
  const { name, label, value, most } = props;
  return (
    <label>
      <span className="label">{label}</span>
      <input className="input w-40" type="search" name={name} defaultValue={value} maxLength={most} />
    </label>
  );
}
