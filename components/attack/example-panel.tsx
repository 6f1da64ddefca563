import Link from "next/link";
import { ExamplePictures } from "#components/attack/example-pictures.tsx";

interface Props {
  attackId: string;
  example: {
    point: number;
    label: string;
    answers: {
      defense: { id: string; name: string };
      evaluationId: string;
      answer: string | null;
      verdict: "held" | "broken" | "was wrong";
    }[];
  };
}

const marks = {
  held: { sign: "✓", text: "held", style: "text-standing" },
  broken: { sign: "✕", text: "broken", style: "text-broken" },
  "was wrong": { sign: "·", text: "wrong without an attack too", style: "text-quiet" },
};

/** One example, large, with what each defense answered. */
export function ExamplePanel({ attackId, example: { point, label, answers } }: Props) {
  return (
    <article className="card space-y-4" aria-labelledby="example">
      <h3 id="example">
        Point <span className="num">{point}</span>, true label <bdi>{label}</bdi>
      </h3>
      <div className="grid items-start gap-x-8 gap-y-4 lg:grid-cols-[auto_minmax(0,1fr)]">
        <div className="space-y-2">
          <ExamplePictures of={`/attacks/${attackId}`} point={point} size={196} />
          <p className="text-[0.8125rem] text-quiet">
            Clean, adversarial, and their difference amplified around zero (grey is no change).
          </p>
        </div>
        <Answers answers={answers} />
      </div>
    </article>
  );
}

function Answers({ answers }: { answers: Props["example"]["answers"] }) {
  if (answers.length === 0) return <p className="text-quiet">No defense has met it yet.</p>;
  return (
    <table className="table">
      <caption className="sr-only">What each defense answered to the example</caption>
      <thead>
        <tr>
          <th scope="col">Defense</th>
          <th scope="col">Answer</th>
          <th scope="col">Verdict</th>
        </tr>
      </thead>
      <tbody>
        {answers.map(({ defense, evaluationId, answer, verdict }) => (
          <tr key={evaluationId}>
            <th scope="row">
              <Link href={`/defenses/${defense.id}`} prefetch={false}>
                <bdi>{defense.name}</bdi>
              </Link>
            </th>
            <td>{answer ?? "none"}</td>
            <td>
              <Link href={`/evaluations/${evaluationId}`} prefetch={false} className={marks[verdict].style}>
                <span aria-hidden="true">{marks[verdict].sign} </span>
                {marks[verdict].text}
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
