import Link from "next/link";
import { ArxivLink } from "#components/archive/figures.tsx";
import type { Cell } from "#components/table/data-table.tsx";

interface Row {
  paper: { id: string; arxiv: string | null; names: string[]; authors: string[] };
}

/** How papers that report results are drawn. */
export const paperCells: readonly Cell<Row>[] = [
  {
    key: "authors",
    heads: true,
    draw: ({ paper }) => (
      <Link href={`/archive/papers/${paper.id}`} prefetch={false}>
        {paper.authors[0]}
      </Link>
    ),
  },
  { key: "names", draw: ({ paper }) => <Names names={paper.names} /> },
  { key: "year" },
  { key: "arxiv", draw: ({ paper }) => paper.arxiv !== null && <ArxivLink id={paper.arxiv} verified={null} /> },
  { key: "broke", right: true },
  { key: "defenses", right: true },
  { key: "results", right: true },
];

/** The first few of what its results are called. */
function Names({ names }: { names: string[] }) {
  return (
    <>
      {names.slice(0, 3).join("; ")}
      {names.length > 3 && <span className="text-quiet"> and {names.length - 3} more</span>}
    </>
  );
}
