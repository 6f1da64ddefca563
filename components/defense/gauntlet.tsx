import Link from "next/link";
import { Flags, type ShownFlag } from "#components/defense/flags.tsx";
import { Note } from "#components/ui/note.tsx";
import { count, percent } from "#components/ui/numbers.ts";
import { Scroller } from "#components/ui/scroller.tsx";

interface Stage {
  evaluationId: string;
  name: string;
  tier: string;
  attacked: number;
  taken: number;
  standingAfter: number;
  seconds: number;
  detail: { gradients: number; forwards: number; ended: string | null } | null;
}

interface Props {
  tier: string;
  n: number;
  stages: readonly Stage[];
  survey: {
    variants: readonly string[];
    reason: string;
    places: readonly { op: string; surrogate: string; count: number }[];
    headCut: readonly string[];
    randomOps: number;
  } | null;
  flags: readonly ShownFlag[];
}

/** What the house's own attacks took, one after the other, and how the model was differentiated for them. */
export function Gauntlet({ tier, n, stages, survey, flags }: Props) {
  return (
    <div className="space-y-4">
      <p className="max-w-[68ch] text-quiet">
        Attacks that the site runs itself, white-box, each on the points that still stand.{" "}
        {tier === "full"
          ? "All of them have run."
          : tier === "quick"
            ? "The quick ones have run; the full ones run in the background, and only then is the defense ranked."
            : "They run once the defense has been measured on what was archived before it."}
      </p>
      {stages.length > 0 && <Stages stages={stages} n={n} />}
      <Flags flags={flags} />
      {tier !== "none" && flags.length === 0 && (
        <p className="text-quiet">
          No <Link href="/flags">red flag</Link> was raised.
        </p>
      )}
      {survey && <Differentiated survey={survey} />}
    </div>
  );
}

function Stages({ stages, n }: Pick<Props, "stages" | "n">) {
  return (
    <Scroller label="What the gauntlet took">
      <table className="table">
        <caption className="sr-only">What the gauntlet took</caption>
        <thead>
          <tr>
            <th scope="col">Attack</th>
            <th scope="col">Tier</th>
            <th scope="col" className="right">
              Robust accuracy after it
            </th>
            <th scope="col" className="right">
              Taken
            </th>
            <th scope="col" className="right">
              Gradients
            </th>
            <th scope="col" className="right">
              Forward passes
            </th>
            <th scope="col" className="right">
              Seconds
            </th>
          </tr>
        </thead>
        <tbody>
          {stages.map(({ evaluationId, name, tier, taken, attacked, standingAfter, seconds, detail }) => (
            <tr key={evaluationId}>
              <th scope="row">
                <Link href={`/evaluations/${evaluationId}`} prefetch={false}>
                  {name}
                </Link>
                {detail?.ended && (
                  <span className="block font-normal text-[0.8125rem] text-quiet">
                    did not finish: the model&apos;s process ended ({detail.ended})
                  </span>
                )}
              </th>
              <td>{tier}</td>
              <td className="num right">{percent(standingAfter / n)}</td>
              <td className="num right">
                {count(taken)} of {count(attacked)}
              </td>
              <td className="num right">{count(detail?.gradients ?? 0)}</td>
              <td className="num right">{count(detail?.forwards ?? 0)}</td>
              <td className="num right">{seconds.toFixed(1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

/** BPDA, EOT, or why there is no gradient: what an author should know of how the attacks saw the model. */
function Differentiated({ survey }: { survey: NonNullable<Props["survey"]> }) {
  const { variants, reason, places, headCut, randomOps } = survey;
  if (variants.length === 0)
    return (
      <Note tone="warning">
        No gradient, so only attacks that look at its answers: <span className="break-words">{reason}</span>
      </Note>
    );
  return (
    <ul className="max-w-[68ch] list-disc space-y-1 ps-5 text-[0.875rem] text-quiet">
      <li>Gradients were derived from the model&apos;s own graph ({variants.join(", ")}).</li>
      {places.map(({ op, surrogate, count: times }) => (
        <li key={`${op} ${surrogate}`}>
          {op} has no useful derivative; the attacks put one of their own in its place at {count(times)}{" "}
          {times === 1 ? "node" : "nodes"} (BPDA: {surrogate}).
        </li>
      ))}
      {headCut.length > 0 && <li>The losses see what goes into the last {headCut.join(", ")}.</li>}
      {randomOps > 0 && <li>Gradients and answers were averaged over draws of its noise (EOT).</li>}
    </ul>
  );
}
