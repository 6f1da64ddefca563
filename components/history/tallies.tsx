import Link from "next/link";
import { FractionBar } from "#components/charts/fraction-bar.tsx";
import { count } from "#components/ui/numbers.ts";
import { Scroller } from "#components/ui/scroller.tsx";

interface Props {
  caption: string;
  /** What each line is: "Week from". */
  head: string;
  tallies: readonly { name: string; href: string | null; breaks: number }[];
}

/** How many breaks of each kind, as numbers and as bars to the largest of them. */
export function Tallies({ caption, head, tallies }: Props) {
  const most = Math.max(1, ...tallies.map(({ breaks }) => breaks));
  if (tallies.length === 0) return <p className="text-quiet">Nothing has broken yet.</p>;
  return (
    <Scroller label={caption}>
      <table className="table w-auto!">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col" className="right">
              Breaks
            </th>
            <th scope="col">
              <span className="sr-only">As a bar</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tallies.map(({ name, href, breaks }) => (
            <tr key={href ?? name}>
              <th scope="row">
                {href === null ? (
                  name
                ) : (
                  <Link href={href} prefetch={false}>
                    <bdi>{name}</bdi>
                  </Link>
                )}
              </th>
              <td className="right num">{count(breaks)}</td>
              <td>
                <FractionBar of={breaks / most} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}
