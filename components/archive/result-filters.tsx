import { ChoiceFilter, FilterForm, TextFilter } from "#components/table/filter-form.tsx";

interface Props {
  query: { q: string; kind: string; technique: string; author: string; sort: string };
  kinds: readonly string[];
}

/** The filters of all later results. */
export function ResultFilters({ query: { q, kind, technique, author, sort }, kinds }: Props) {
  return (
    <FilterForm path="/archive/results" kept={{ sort: sort === "-date" ? null : sort }}>
      <TextFilter name="q" label="Text" value={q} maxLength={80} />
      <ChoiceFilter name="kind" label="Kind" value={kind} options={["any", ...kinds]} />
      <TextFilter name="technique" label="Technique" value={technique} maxLength={300} />
      <TextFilter name="author" label="Author" value={author} maxLength={300} />
    </FilterForm>
  );
}
