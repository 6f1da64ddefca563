import Link from "next/link";
import { Marked } from "#components/search/marked.tsx";

interface Piece {
  text: string;
  marked: boolean;
}

interface Hit {
  id: string;
  href: string;
  name: Piece[];
  facts: string[];
  excerpt: Piece[] | null;
  similar: boolean;
}

/** What answers a question: its name, what it is, and where else the question is answered. */
export function HitList({ hits }: { hits: readonly Hit[] }) {
  return (
    <ul className="divide-y divide-line border-line border-y">
      {hits.map(({ id, href, name, facts, excerpt, similar }) => (
        <li key={id} className="space-y-1 py-3">
          <div className="flex flex-wrap items-baseline gap-x-3">
            <Link href={href} prefetch={false} className="min-w-0 break-words font-medium">
              <Marked pieces={name} />
            </Link>
            {similar && <span className="text-[0.8125rem] text-quiet">spelt alike</span>}
          </div>
          <p className="flex flex-wrap gap-x-3 text-[0.875rem] text-quiet">
            {facts.map((fact) => (
              <bdi key={fact} className="min-w-0 break-words">
                {fact}
              </bdi>
            ))}
          </p>
          {excerpt && (
            <p className="max-w-[80ch] break-words text-[0.875rem]">
              <Marked pieces={excerpt} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
