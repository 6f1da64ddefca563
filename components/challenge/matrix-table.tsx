import Link from "next/link";
import { LevelBadge } from "#components/ui/level-badge.tsx";
import { percent } from "#components/ui/numbers.ts";
import { PersonLink } from "#components/ui/person.tsx";
import { Scroller } from "#components/ui/scroller.tsx";
import type { Level } from "#contest/standing.ts";

interface Cell {
  evaluationId: string;
  clean: number;
  attacked: number;
  broken: number;
}

interface Props {
  rows: { id: string; name: string; author: { handle: string; name: string }; cells: Map<string, Cell> }[];
  defenses: { id: string; name: string; level: Level }[];
}

/** Attack x defense as a real table: headers both ways, a link in each cell, a tint that repeats what the number says. */
export function MatrixTable({ rows, defenses }: Props) {
  return (
    <Scroller label="Attacks against defenses">
      <table className="table w-auto">
        <caption className="sr-only">Share of each defense&apos;s points that each attack broke</caption>
        <thead>
          <tr>
            <th scope="col" className="sticky start-0 bg-paper">
              Attack
            </th>
            {defenses.map(({ id, name, level }) => (
              <th key={id} scope="col" className="max-w-28 min-w-20 whitespace-normal! align-bottom">
                <Link href={`/defenses/${id}`} prefetch={false} className="line-clamp-3 underline!">
                  <bdi>{name}</bdi>
                </Link>
                <LevelBadge level={level} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, name, author, cells }) => (
            <tr key={id}>
              <th scope="row" className="sticky start-0 min-w-36 max-w-52 bg-paper">
                <Link href={`/attacks/${id}`} prefetch={false}>
                  <bdi>{name}</bdi>
                </Link>
                <span className="block font-normal text-[0.8125rem] text-quiet">
                  <PersonLink person={author} />
                </span>
              </th>
              {defenses.map((defense) => (
                <MatrixCell key={defense.id} cell={cells.get(defense.id)} pair={`${name} against ${defense.name}`} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

function MatrixCell({ cell, pair }: { cell: Cell | undefined; pair: string }) {
  if (cell === undefined)
    return (
      <td className="right text-quiet">
        <span aria-hidden="true">–</span>
        <span className="sr-only">not measured</span>
      </td>
    );
  const { evaluationId, clean, attacked, broken } = cell;
  const fraction = clean === 0 ? 0 : broken / clean;
  // Up to a third of the colour, so that the text keeps its contrast on the deepest cell.
  const tint = `color-mix(in oklab, var(--color-broken) ${Math.round(fraction * 33)}%, transparent)`;
  return (
    <td className="right" style={{ background: tint }}>
      <Link
        href={`/evaluations/${evaluationId}`}
        prefetch={false}
        title={`${pair}: ${broken} of ${clean} points broken, ${attacked} attacked`}
        className="num text-ink no-underline hover:underline"
      >
        {clean === 0 ? "none" : percent(fraction)}
      </Link>
    </td>
  );
}
