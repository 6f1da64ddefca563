import Link from "next/link";
import { ExamplePictures } from "#components/attack/example-pictures.tsx";
import { countOf } from "#components/ui/numbers.ts";

interface Props {
  defenseId: string;
  /** The points that fell first. */
  examples: readonly { point: number; label: string; answer: string | null; attack: string; evaluationId: string }[];
  /** How many fell to the house in all. */
  total: number;
}

/** The images that fell first to the house's attacks: clean, adversarial, difference, and what the defense made of them. */
export function HouseGallery({ defenseId, examples, total }: Props) {
  return (
    <div className="space-y-4">
      <p className="max-w-[68ch] text-quiet">
        The first of {countOf(total, "point")} that fell to the gauntlet, in the order of its attacks: clean,
        adversarial, and their difference amplified around zero (grey is no change).
      </p>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(17rem,1fr))] gap-x-6 gap-y-5">
        {examples.map(({ point, label, answer, attack, evaluationId }) => (
          <li key={point} className="space-y-1">
            <ExamplePictures of={`/defenses/${defenseId}`} point={point} size={84} />
            <p className="text-[0.875rem]">
              Point <span className="num">{point}</span>: <bdi>{label}</bdi> answered as{" "}
              {answer === null ? "nothing valid" : <bdi className="text-broken">{answer}</bdi>}
            </p>
            <p className="text-[0.8125rem] text-quiet">
              by{" "}
              <Link href={`/evaluations/${evaluationId}`} prefetch={false}>
                {attack}
              </Link>
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
