import { scaleLinear } from "d3-scale";
import { useId } from "react";
import type { ArchiveRecord, Status } from "#archive/record.ts";

interface Point {
  record: ArchiveRecord;
  claimed: number;
  kept: number;
}

const SIZE = { width: 300, height: 300, top: 10, right: 10, bottom: 40, left: 44 };
const RIGHT = SIZE.width - SIZE.right;
const BOTTOM = SIZE.height - SIZE.bottom;
const x = scaleLinear([0, 100], [SIZE.left, RIGHT]);
const y = scaleLinear([0, 100], [BOTTOM, SIZE.top]);

// The shape says it to whoever cannot see the colour: a ring, a triangle, a cross.
const SHAPES: Record<Status, string> = {
  standing: "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0",
  "partially broken": "m0 -4l4 7h-8z",
  broken: "m-3 -3l6 6m0 -6l-6 6",
};
const COLOURS: Record<Status, string> = {
  standing: "var(--color-standing)",
  "partially broken": "var(--color-weakened)",
  broken: "var(--color-broken)",
};

/**
 * What defenses claimed (across) against what the lowest later result left (up), in percent: on the diagonal all was
 * kept, under the dashed line less than half. The page that draws it has the same as a table.
 */
export function KeptScatter({ title, points }: { title: string; points: readonly Point[] }) {
  const id = useId();
  const of = (status: Status) => points.filter(({ record }) => record.status === status).length;
  const told = `${points.length} defenses: ${of("broken")} broken (crosses), ${of("partially broken")} partially (triangles), ${of("standing")} standing (rings).`;
  return (
    <svg
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      className="h-auto w-full max-w-[26rem]"
      role="img"
      aria-labelledby={`${id}t ${id}d`}
      fontSize="11"
      fill="var(--color-quiet)"
    >
      <title id={`${id}t`}>{title}</title>
      <desc id={`${id}d`}>{told}</desc>
      <Axes />
      {points.map(({ record, claimed, kept }) => (
        <path
          key={record.id}
          d={`M${x(claimed)} ${y(kept)}${SHAPES[record.status]}`}
          fill="none"
          stroke={COLOURS[record.status]}
          strokeWidth="1.5"
        />
      ))}
    </svg>
  );
}

function Axes() {
  return (
    <>
      {[0, 25, 50, 75, 100].map((value) => (
        <g key={value}>
          <line x1={SIZE.left} x2={RIGHT} y1={y(value)} y2={y(value)} stroke="var(--color-line)" />
          <text x={SIZE.left - 6} y={y(value) + 4} textAnchor="end">
            {value}
          </text>
          <text x={x(value)} y={BOTTOM + 15} textAnchor="middle">
            {value}
          </text>
        </g>
      ))}
      <path d={`M${x(0)} ${y(0)}L${x(100)} ${y(100)}`} stroke="var(--color-strong)" />
      <path d={`M${x(0)} ${y(0)}L${x(100)} ${y(50)}`} stroke="var(--color-strong)" strokeDasharray="4 3" />
      <text x={(SIZE.left + RIGHT) / 2} y={SIZE.height - 6} textAnchor="middle">
        claimed, %
      </text>
      <text
        x={12}
        y={(SIZE.top + BOTTOM) / 2}
        textAnchor="middle"
        transform={`rotate(-90 12 ${(SIZE.top + BOTTOM) / 2})`}
      >
        kept, %
      </text>
    </>
  );
}
