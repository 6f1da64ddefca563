import { useId } from "react";
import { mapRuns, pointRanges } from "#components/charts/point-runs.ts";
import { count } from "#components/ui/numbers.ts";

/** A kind of point on the map; `weight` is how much of its cell it fills, so that kinds differ without colour. */
export interface PointKind {
  name: string;
  colour: string;
  weight: number;
}

interface Props {
  title: string;
  kinds: readonly PointKind[];
  /** For each point its place in `kinds`. */
  points: Uint8Array;
}

/** Every point of the challenge as one cell, row by row in the order of their indices. */
export function PointMap({ title, kinds, points }: Props) {
  const id = useId();
  const columns = Math.max(20, Math.ceil(Math.sqrt(points.length * 2.5) / 10) * 10);
  const rows = Math.ceil(points.length / columns);
  const counts = kinds.map((_, kind) => points.reduce((sum, point) => sum + (point === kind ? 1 : 0), 0));
  const description = kinds.map(({ name }, kind) => `${count(counts[kind]!)} ${name}`).join(", ");
  return (
    <figure className="space-y-2">
      <svg
        viewBox={`0 0 ${columns} ${rows}`}
        className="h-auto w-full max-w-[36rem]"
        role="img"
        aria-labelledby={`${id}t ${id}d`}
      >
        <title id={`${id}t`}>{title}</title>
        <desc id={`${id}d`}>{description}</desc>
        {kinds.map(({ name, colour, weight }, kind) => (
          <path
            key={name}
            d={mapRuns(points, kind, columns)}
            stroke={colour}
            strokeWidth={weight}
            strokeDasharray="0.8 0.2"
            fill="none"
          />
        ))}
      </svg>
      <figcaption className="flex flex-wrap gap-x-5 text-[0.8125rem] text-quiet">
        {kinds.map(({ name, colour, weight }, kind) => (
          <span key={name} className="inline-flex items-center gap-1.5">
            <svg viewBox="0 0 1 1" width="10" height="10" aria-hidden="true">
              <path d="M0.1 0.5h0.8" stroke={colour} strokeWidth={weight} />
            </svg>
            <span className="num">{count(counts[kind]!)}</span> {name}
          </span>
        ))}
      </figcaption>
      <details>
        <summary className="cursor-pointer text-[0.875rem] text-quiet">The same as a table</summary>
        <table className="table mt-2">
          <caption className="sr-only">{title}</caption>
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col" className="right">
                Points
              </th>
              <th scope="col">Their numbers</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map(({ name }, kind) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="right num">{count(counts[kind]!)}</td>
                <td className="num break-words whitespace-normal!">{pointRanges(points, kind) || "none"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
