import { countOf } from "#components/ui/numbers.ts";

interface Props {
  rows: number;
  submittedRows: number;
  faults: { rule: string; count: number; first: { row: number; point: number; by?: number | undefined }[] }[];
  grid: number | null;
}

const sentences: Record<string, string> = {
  "not-finite": "hold a value that is not finite",
  "out-of-range": "leave the value range",
  "out-of-ball": "leave the ball",
  "duplicate-index": "share their point with another row",
  "index-out-of-range": "name a point that does not exist",
};

/** Rule 3: which rows do not count, and why. */
export function RowFaults({ rows, submittedRows, faults, grid }: Props) {
  if (faults.length === 0) return <p>All {countOf(rows, "row")} are admissible.</p>;
  const by = (size: number | undefined) =>
    size === undefined ? "" : ` by ${+size.toPrecision(4)}${grid === null ? "" : ` of 1/${grid}`}`;
  return (
    <>
      <p>
        {countOf(rows, "row")} of {submittedRows} are admissible. The others do not count:
      </p>
      <ul className="list-disc space-y-1 ps-5">
        {faults.map(({ rule, count, first }) => (
          <li key={rule}>
            {countOf(count, "row")} {sentences[rule] ?? rule}
            {first.length > 0 && (
              <span className="text-quiet">
                {" "}
                ({count > first.length ? "first of them: " : ""}
                {first.map(({ row, point, by: size }) => `row ${row}, point ${point}${by(size)}`).join("; ")})
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
