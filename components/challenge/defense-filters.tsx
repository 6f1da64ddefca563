import { ChoiceFilter, FilterForm, TextFilter } from "#components/table/filter-form.tsx";
import { LEVELS } from "#contest/standing.ts";

interface Props {
  path: string;
  query: { q: string; level: string; show: string; sort: string; at: Date | null };
}

const SHOWN = { all: "all, ranked first", ranked: "ranked only" };

/** The filters of the board of defenses. */
export function DefenseFilters({ path, query: { q, level, show, sort, at } }: Props) {
  return (
    <FilterForm path={path} kept={{ sort: sort === "rank" ? null : sort, at: at?.toISOString() }}>
      <TextFilter name="q" label="Name or author" value={q} maxLength={80} />
      <ChoiceFilter name="level" label="Level" value={level} options={["any", ...LEVELS]} />
      <ChoiceFilter name="show" label="Show" value={show} options={SHOWN} />
    </FilterForm>
  );
}
