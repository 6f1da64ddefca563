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
  /** Why a tier could not be run; null otherwise. */
  fault: string | null;
  n: number;
  stages: readonly Stage[];
  survey: {
    variants: readonly string[];
    reason: string;
    places: readonly { op: string; surrogate: string; count: number }[];
    headCut: readonly string[];
    randomOps: number;
  } | null;
  /** Attacks that are not run on it. */
  skipped: readonly { name: string; why: string }[];
  flags: readonly ShownFlag[];
  /** Of the full tier that has not come to its end: CPU seconds that it takes at most, and its parts; null otherwise. */
  ahead: { seconds: number | null; parts: { ended: number; of: number } } | null;
}

/** What the house's own attacks took, one after the other, and how the model was differentiated for them. */
export function Gauntlet({ tier, fault, n, stages, survey, skipped, flags, ahead }: Props) {
  return (
    <div className="space-y-4">
      <p className="max-w-[68ch] text-quiet">
        Attacks that the site runs itself, white-box, each on the points that still stand.{" "}
        {fault !== null
          ? "They end here."
          : tier === "full"
            ? "All of them have run."
            : tier === "quick"
              ? "The quick ones have run; the full ones run in the background, and only then is the defense ranked."
              : "They run once the defense has been measured on what was archived before it."}
      </p>
      {ahead && <Ahead {...ahead} />}
      {fault !== null && (
        <Note tone="bad">
          {fault} What it still answered may look robust, so it is not ranked. A model&apos;s crashes, memory and time
          are its own; one that holds out can be submitted anew.
        </Note>
      )}
      {stages.length > 0 && <Stages stages={stages} n={n} />}
      <Flags flags={flags} />
      {tier !== "none" && flags.length === 0 && (
        <p className="text-quiet">
          No <Link href="/flags">red flag</Link> was raised.
        </p>
      )}
      {survey && <Differentiated survey={survey} />}
      {skipped.length > 0 && <NotRun skipped={skipped} />}
    </div>
  );
}

/** What is still to be run, and what it will cost. */
function Ahead({ seconds, parts }: NonNullable<Props["ahead"]>) {
  if (seconds === null && parts.of === 0) return null;
  return (
    <p className="max-w-[68ch] text-quiet">
      {seconds !== null && (
        <>
          At the pace of the quick ones the full ones take {inMinutes(seconds)} of CPU time at most; they end early
          where an example is found or out of reach.{" "}
        </>
      )}
      {parts.of > 0 && `They run in ${count(parts.of)} parts, ${count(parts.ended)} of which have ended.`}
    </p>
  );
}

/** CPU time to two digits, in the unit that fits: "about 40 s", "about 12 minutes", "about 3.5 hours". */
export function inMinutes(seconds: number): string {
  const [value, unit] =
    seconds < 100 ? [seconds, "s"] : seconds < 6000 ? [seconds / 60, "minutes"] : [seconds / 3600, "hours"];
  return `about ${Number(value.toPrecision(2))} ${unit}`;
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

function NotRun({ skipped }: Pick<Props, "skipped">) {
  return (
    <details className="max-w-[68ch] text-[0.875rem] text-quiet">
      <summary>
        {count(skipped.length)} {skipped.length === 1 ? "attack is" : "attacks are"} not run on it
      </summary>
      <ul className="list-disc space-y-1 ps-5">
        {skipped.map(({ name, why }) => (
          <li key={name} className="break-words">
            {name}: {why}
          </li>
        ))}
      </ul>
    </details>
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
