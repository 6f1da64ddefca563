import { ChoiceFilter, FilterForm } from "#components/table/filter-form.tsx";
import { percent } from "#components/ui/numbers.ts";

interface Props {
  path: string;
  query: { threshold: string; show: string; sort: string; at: Date | null };
  thresholds: Record<string, number>;
}

const SHOWN = { all: "all, baselines too", submitted: "submitted ones" };

/** What ends a life, and whose are shown. */
export function LifeFilters({ path, query: { threshold, show, sort, at }, thresholds }: Props) {
  const ends = Object.entries(thresholds).map(([name, below]) => [name, `${name}: under ${percent(below)}`]);
  return (
    <FilterForm path={path} kept={{ sort: sort === "-entered" ? null : sort, at: at?.toISOString() }}>
      <ChoiceFilter name="threshold" label="What ends it" value={threshold} options={Object.fromEntries(ends)} />
      <ChoiceFilter name="show" label="Show" value={show} options={SHOWN} />
    </FilterForm>
  );
}
