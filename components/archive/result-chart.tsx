import { scaleLinear } from "d3-scale";
import { monthsOf } from "#archive/lifetime.ts";
import { claimedAccuracy } from "#archive/outcome.ts";
import type { ArchiveRecord } from "#archive/record.ts";
import { asGiven } from "#components/archive/figures.tsx";
import { Frame } from "#components/charts/frame.tsx";
import { LevelLine } from "#components/charts/level-line.tsx";
import { Scroller } from "#components/ui/scroller.tsx";

const SIZE = { width: 640, height: 240, top: 16, right: 60, bottom: 28, left: 44 };
const RIGHT = SIZE.width - SIZE.right;
const BOTTOM = SIZE.height - SIZE.bottom;

/**
 * What was claimed and what later results left, in the order of their dates: a mark for each result (hollow where not
 * verified, as wide as its date is uncertain) and a step line for the lowest so far, which says nothing about whether
 * results compare. Nothing is drawn without a figure; the table of results has all of them.
 */
export function ResultChart({ record }: { record: ArchiveRecord }) {
  const results = record.breaks.filter(({ resultingRobustAccuracy }) => resultingRobustAccuracy !== null);
  if (results.length === 0) return null;
  const claimed = claimedAccuracy(record);
  const dates = [record.claim.date, ...results.map(({ date }) => date)].map(monthsOf);
  const [from, to] = [Math.min(...dates.map(({ first }) => first)), Math.max(...dates.map(({ last }) => last))];
  const x = scaleLinear([from, Math.max(to, from + 11)], [SIZE.left + 8, RIGHT - 8]);
  const y = scaleLinear([0, 100], [BOTTOM, SIZE.top]);
  const marks = results.map((result) => {
    const { first, last } = monthsOf(result.date);
    return {
      result,
      left: x(first),
      right: x(last),
      middle: x((first + last) / 2),
      y: y(result.resultingRobustAccuracy!),
    };
  });
  const start = monthsOf(record.claim.date);
  const start0 = claimed === null ? [] : [{ middle: x((start.first + start.last) / 2), y: y(claimed) }];
  const title = `${record.name}: claim and later results`;
  const first = claimed === null ? "No claim with a figure" : `Claimed ${asGiven(claimed)} in ${record.claim.date}`;
  const told = results.map((result) => `${asGiven(result.resultingRobustAccuracy!)} in ${result.date}`);
  return (
    <Scroller label={title}>
      <Frame
        title={title}
        description={`${first}; later results: ${told.join(", ")}.`}
        size={SIZE}
        y={(fraction) => y(100 * fraction)}
        ticks={yearTicks(from, to).map((year) => ({ x: x(year * 12), text: String(year) }))}
        tickY={SIZE.height - 8}
        narrowest="min-w-[30rem]"
      >
        {claimed !== null && (
          <LevelLine
            {...{
              x1: SIZE.left,
              x2: RIGHT,
              y: y(claimed),
              colour: "var(--color-accent)",
              dashes: "6 4",
              text: "claim",
            }}
          />
        )}
        <path d={lowestSoFar([...start0, ...marks])} fill="none" stroke="var(--color-ink)" strokeWidth="1.5" />
        {marks.map(({ result, left, right, middle, y }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: results have no other name, and never move
          <g key={at} stroke="var(--color-ink)">
            {right > left && <line x1={left} x2={right} y1={y} y2={y} strokeDasharray="2 2" />}
            <circle
              cx={middle}
              cy={y}
              r="3.5"
              fill={result.verified ? "var(--color-ink)" : "var(--color-paper)"}
              strokeWidth="1.5"
            >
              <title>{`${result.date}: ${asGiven(result.resultingRobustAccuracy!)}, ${result.name}`}</title>
            </circle>
          </g>
        ))}
      </Frame>
    </Scroller>
  );
}

/** A line through time that steps down wherever a mark lies lower than all before it. Heights grow downwards. */
function lowestSoFar(marks: { middle: number; y: number }[]): string {
  const inTime = marks.toSorted((a, b) => a.middle - b.middle);
  let lowest = inTime[0]!.y;
  let path = `M${inTime[0]!.middle} ${lowest}`;
  for (const { middle, y } of inTime.slice(1)) {
    path += `H${middle}`;
    if (y > lowest) path += `V${y}`;
    lowest = Math.max(lowest, y);
  }
  return `${path}H${RIGHT - 8}`;
}

/** The Januaries inside, in years; at most nine of them. */
function yearTicks(from: number, to: number): number[] {
  const [first, last] = [Math.ceil(from / 12), Math.floor(Math.max(to, from + 11) / 12)];
  const every = Math.max(1, Math.ceil((last - first + 1) / 9));
  return Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((_, i) => i % every === 0);
}
