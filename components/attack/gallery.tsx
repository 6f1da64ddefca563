import Link from "next/link";
import { ExamplePictures } from "#components/attack/example-pictures.tsx";

interface Example {
  point: number;
  label: string;
  answers: { verdict: "held" | "broken" | "was wrong" }[];
}

/** Examples side by side; each leads to itself, large, with every answer. */
export function Gallery({
  attackId,
  examples,
  href,
}: {
  attackId: string;
  examples: Example[];
  href: (point: number) => string;
}) {
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(17rem,1fr))] gap-x-6 gap-y-5">
      {examples.map(({ point, label, answers }) => {
        const broke = answers.filter(({ verdict }) => verdict === "broken").length;
        return (
          <li key={point} id={`example-${point}`} className="space-y-1">
            <Link href={href(point)} className="block no-underline" scroll={false}>
              <ExamplePictures of={`/attacks/${attackId}`} point={point} size={84} />
              <span className="mt-1 block text-[0.875rem] text-ink">
                Point <span className="num">{point}</span>, label <bdi>{label}</bdi>
              </span>
            </Link>
            <p className="text-[0.8125rem] text-quiet">
              {answers.length === 0
                ? "No defense has met it yet"
                : `broke ${broke} of the ${answers.length} defenses shown with it`}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
