import Link from "next/link";
import { LevelBadge } from "#components/ui/level-badge.tsx";
import { count, percent } from "#components/ui/numbers.ts";
import { LEVELS } from "#contest/standing.ts";

interface Props {
  slug: string;
  n: number;
  data: { licence: string; source: string };
  baselines: { id: string; name: string; n: number; standing: number; level: string }[];
}

/** What participants need: the points, and models to try things on. */
export function Downloads({ slug, n, data, baselines }: Props) {
  return (
    <section aria-labelledby="downloads" className="space-y-4">
      <h2 id="downloads">Data and baselines</h2>
      <p className="flex flex-wrap gap-3">
        <a href={`/challenges/${slug}/starter-kit.zip`} className="button button-primary" download>
          Starter kit
        </a>
        <a href={`/api/v1/challenges/${slug}/points.npz`} className="button" download>
          points.npz
        </a>
      </p>
      <p className="text-[0.875rem] text-quiet">
        Notebooks, points, samples and the Python client in one file:{" "}
        <Link href={`/challenges/${slug}/start`}>what is in it</Link>, and how to enter in five minutes.
      </p>
      <p className="text-[0.875rem] text-quiet">
        {count(n)} clean inputs as <code>x</code> and their labels as <code>y</code>. {data.source.replace(/\.$/, "")}{" "}
        (licence: {data.licence}). Described for programs as{" "}
        <a href={`/challenges/${slug}/croissant.json`}>Croissant</a>.
      </p>
      {baselines.length > 0 && (
        <ul className="divide-y divide-line border-line border-y text-[0.875rem]">
          {baselines.map(({ id, name, n, standing, level }) => (
            <li key={id} className="flex flex-wrap items-baseline gap-x-3 py-2">
              <Link href={`/defenses/${id}`} prefetch={false} className="font-medium">
                {name}
              </Link>
              <a href={`/api/v1/defenses/${id}/model.onnx`} className="ms-auto" download>
                model.onnx<span className="sr-only"> of {name}</span>
              </a>
              <span className="flex w-full items-baseline gap-x-3 text-quiet">
                {n === 0 ? (
                  "not measured yet"
                ) : (
                  <>
                    <span className="num">{percent(standing / n)}</span>
                    <LevelBadge level={LEVELS.find((known) => known === level) ?? "standing"} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
