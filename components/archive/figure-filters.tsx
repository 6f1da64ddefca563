interface Props {
  query: { by: string; category: string; year: string };
  choices: { category: readonly string[]; year: readonly string[] };
}

/** Which records the figures are drawn from, and how they are grouped; a plain form. */
export function FigureFilters({ query, choices }: Props) {
  const any = (values: readonly string[]) => ["any", ...values];
  return (
    <search>
      <form action="/archive/figures" className="no-print flex flex-wrap items-end gap-x-4 gap-y-2">
        <Choice name="category" label="Category" value={query.category} choices={any(choices.category)} />
        <Choice name="year" label="Year" value={query.year} choices={any(choices.year)} />
        <Choice name="by" label="Grouped by" value={query.by} choices={["category", "year"]} />
        <button type="submit" className="button">
          Apply
        </button>
      </form>
    </search>
  );
}

function Choice(props: { name: string; label: string; value: string; choices: readonly string[] }) {
  return (
    <label>
      <span className="label">{props.label}</span>
      <select className="input max-w-64" name={props.name} defaultValue={props.value}>
        {props.choices.map((choice) => (
          <option key={choice}>{choice}</option>
        ))}
      </select>
    </label>
  );
}
