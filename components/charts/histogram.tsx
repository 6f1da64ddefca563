import { scaleLinear } from "d3-scale";
import { useId } from "react";
import { SameAsTable } from "#components/charts/same-as-table.tsx";
import { count } from "#components/ui/numbers.ts";

interface Props {
  title: string;
  /** What the horizontal axis counts. */
  unit: string;
  /** One more than counts, ascending. */
  edges: readonly number[];
  counts: readonly number[];
}

const WIDTH = 480;
const HEIGHT = 180;
const LEFT = 40;
const BOTTOM = 36;

/** How many fall between each two edges, as bars; the same as a table for who cannot see them. */
export function Histogram({ title, unit, edges, counts }: Props) {
  const id = useId();
  const x = scaleLinear([edges[0]!, edges.at(-1)!], [LEFT, WIDTH - 10]);
  const y = scaleLinear([0, Math.max(1, ...counts)], [HEIGHT - BOTTOM, 10]).nice(3);
  const bars = counts.map((value, i) => ({ from: edges[i]!, to: edges[i + 1]!, value }));
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        className="h-auto w-full max-w-[36rem]"
        role="img"
        aria-labelledby={id}
        fontSize="11"
        fill="var(--color-quiet)"
      >
        <title id={id}>{title}</title>
        {y.ticks(3).map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={WIDTH - 10} y1={y(tick)} y2={y(tick)} stroke="var(--color-line)" />
            <text x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
              {count(tick)}
            </text>
          </g>
        ))}
        {bars.map(({ from, to, value }) => (
          <rect
            key={from}
            x={x(from) + 0.5}
            width={Math.max(0.5, x(to) - x(from) - 1)}
            y={y(value)}
            height={y(0) - y(value)}
            fill="var(--color-ink)"
          />
        ))}
        {x.ticks(6).map((tick) => (
          <text key={tick} x={x(tick)} y={HEIGHT - BOTTOM + 15} textAnchor="middle">
            {tick}
          </text>
        ))}
        <text x={(LEFT + WIDTH) / 2} y={HEIGHT - 4} textAnchor="middle">
          {unit}
        </text>
      </svg>
      <SameAsTable
        caption={title}
        heads={[unit, "Rows"]}
        figures={["Rows"]}
        rows={bars.map(({ from, to, value }) => ({
          key: from,
          cells: [`${+from.toPrecision(4)} to ${+to.toPrecision(4)}`, count(value)],
        }))}
      />
    </figure>
  );
}
