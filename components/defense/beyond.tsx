import { RadiusCurve } from "#components/charts/radius-curve.tsx";
import { count, percent } from "#components/ui/numbers.ts";
import { CORRUPTION_NAMES, type CorruptionAccuracies } from "#contest/beyond.ts";

interface Props {
  beyond: {
    curve: { steps: readonly { epsilon: number; standing: number }[]; ended: string | null } | null;
    corruptions: CorruptionAccuracies | null;
    holdout: { n: number; clean: number; standing: number | null } | null;
  };
  n: number;
  epsilon: number;
}

/** Other radii and other inputs: shown beside the score, never part of it. */
export function BeyondView({ beyond: { curve, corruptions, holdout }, n, epsilon }: Props) {
  if (!curve && !corruptions && !holdout)
    return <p className="text-quiet">Measured behind the full gauntlet; nothing is there yet.</p>;
  return (
    <div className="space-y-4">
      <p className="max-w-[68ch] text-quiet">
        Not part of the score. The curve is an upper bound at each radius: it falls where an example is known.
      </p>
      {curve && <RadiusCurve title="Robust accuracy over the radius" steps={curve.steps} n={n} epsilon={epsilon} />}
      {curve?.ended && <p className="text-quiet">The attack behind the curve did not finish ({curve.ended}).</p>}
      {holdout && (
        <p>
          Of {count(holdout.n)} hidden inputs that went through the gauntlet, {percent(holdout.clean, 0)} are answered
          rightly when clean
          {holdout.standing === null ? "; the attacks did not finish." : `, and ${percent(holdout.standing, 0)} stand.`}
        </p>
      )}
      {corruptions && corruptions.length > 0 && <Corruptions corruptions={corruptions} />}
    </div>
  );
}

function Corruptions({ corruptions }: { corruptions: CorruptionAccuracies }) {
  return (
    <table className="table w-auto!">
      <caption className="text-start text-[0.875rem] text-quiet">
        Accuracy on corrupted points, after MNIST-C, made anew: not comparable with the published set
      </caption>
      <thead>
        <tr>
          <th scope="col">Corruption</th>
          <th scope="col" className="right">
            Accuracy
          </th>
          <th scope="col" className="right">
            Points
          </th>
        </tr>
      </thead>
      <tbody>
        {corruptions.map(({ name, right, n }) => (
          <tr key={name}>
            <th scope="row">{CORRUPTION_NAMES[name]}</th>
            <td className="right num">{percent(right / n)}</td>
            <td className="right num">{count(n)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
