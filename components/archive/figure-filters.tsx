import { ChoiceFilter, FilterForm } from "#components/table/filter-form.tsx";

interface Props {
  query: { by: string; category: string; year: string };
  choices: { category: readonly string[]; year: readonly string[] };
}

/** Which records the figures are drawn from, and how they are grouped. */
export function FigureFilters({ query: { by, category, year }, choices }: Props) {
  return (
    <FilterForm path="/archive/figures">
      <ChoiceFilter name="category" label="Category" value={category} options={["any", ...choices.category]} />
      <ChoiceFilter name="year" label="Year" value={year} options={["any", ...choices.year]} />
      <ChoiceFilter name="by" label="Grouped by" value={by} options={["category", "year"]} />
    </FilterForm>
  );
}
