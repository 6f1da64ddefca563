import { ChoiceFilter, FilterForm, TextFilter } from "#components/table/filter-form.tsx";

interface Props {
  query: Record<string, string | number>;
  choices: Record<string, readonly string[]>;
}

const CHOICES = [
  { name: "category", label: "Category" },
  { name: "status", label: "Status" },
  { name: "year", label: "Year" },
  { name: "dataset", label: "Data set" },
  { name: "norm", label: "Norm" },
];

/** The archive's filters. */
export function RecordFilters({ query, choices }: Props) {
  return (
    <FilterForm path="/archive" kept={{ sort: query.sort === "-claimDate" ? null : String(query.sort) }}>
      <TextFilter name="q" label="Text" value={query.q} maxLength={80} />
      {CHOICES.map(({ name, label }) => (
        <ChoiceFilter key={name} {...{ name, label }} value={query[name]} options={["any", ...(choices[name] ?? [])]} />
      ))}
      <TextFilter name="technique" label="Technique" value={query.technique} maxLength={300} />
      <TextFilter name="author" label="Author" value={query.author} maxLength={300} />
    </FilterForm>
  );
}
