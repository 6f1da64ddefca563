import { ChoiceFilter, FilterForm, TextFilter } from "#components/table/filter-form.tsx";

interface Props {
  path: string;
  query: { q: string; sort: string; show: string; at: Date | null };
}

const ATTACKS = { all: "all of them", submitted: "submitted ones", house: "the house's own" };
const ATTACKERS = { all: "everybody", people: "people only", house: "the house only" };

/** The filters of the board of single attacks. */
export function AttackFilters({ path, query: { q, sort, show, at } }: Props) {
  return (
    <FilterForm path={path} kept={{ view: "attacks", sort, at: at?.toISOString() }}>
      <TextFilter name="q" label="Name or author" value={q} maxLength={80} />
      <ChoiceFilter name="show" label="Show" value={show} options={ATTACKS} />
    </FilterForm>
  );
}

/** The filter of the board of people. */
export function AttackerFilters({ path, query }: { path: string; query: { show: string; at: Date | null } }) {
  return (
    <FilterForm path={path} kept={{ at: query.at?.toISOString() }}>
      <ChoiceFilter name="show" label="Show" value={query.show} options={ATTACKERS} />
    </FilterForm>
  );
}
