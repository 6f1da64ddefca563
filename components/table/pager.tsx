import Link from "next/link";
import { address, type Parameters } from "#components/table/address.ts";
import { count } from "#components/ui/numbers.ts";

interface Props {
  path: string;
  given: Parameters;
  page: number;
  size: number;
  total: number;
  /** What is counted: "defenses". */
  of: string;
  /** The parameter that turns the pages. */
  parameter?: string;
}

/** Which rows these are, and the way to the others. */
export function Pager({ path, given, page, size, total, of, parameter = "page" }: Props) {
  const pages = Math.max(1, Math.ceil(total / size));
  const from = Math.min(total, (page - 1) * size + 1);
  const to = Math.min(total, page * size);
  // A table that is turned two ways keeps its place in the other.
  const here = [given.page].flat()[0] ?? null;
  const go = (to: number) => address(path, given, { page: here, [parameter]: to === 1 ? null : to });
  return (
    <nav aria-label={`Pages of ${of}`} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 text-[0.875rem]">
      <span className="text-quiet">
        {page > pages ? (
          `Page ${count(page)} is past the end; there are ${count(pages)}.`
        ) : (
          <>
            <span className="num">
              {count(from)}–{count(to)}
            </span>{" "}
            of <span className="num">{count(total)}</span> {of}
          </>
        )}
      </span>
      {page > 1 && (
        <Link href={go(Math.min(page - 1, pages))} rel="prev" prefetch={false}>
          ← Previous
        </Link>
      )}
      {page < pages && (
        <Link href={go(page + 1)} rel="next" prefetch={false}>
          Next →
        </Link>
      )}
    </nav>
  );
}
