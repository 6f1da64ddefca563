import type { ReactNode } from "react";
import { Time } from "#components/ui/time.tsx";

interface Props {
  evaluation: {
    createdAt: Date;
    evaluatorVersion: string;
    ortVersion: string;
    provider: string;
    cpu: string;
    seconds: number;
    seed: string;
    modelSha: string;
    examplesSha: string | null;
    pointsSha: string;
  };
}

/** Rule 12: what somebody needs to reproduce a result. */
export function Provenance({ evaluation }: Props) {
  const rows: [string, ReactNode][] = [
    ["Measured", <Time key="at" at={evaluation.createdAt} />],
    ["Evaluator", evaluation.evaluatorVersion],
    ["ONNX Runtime", `${evaluation.ortVersion}, ${evaluation.provider}`],
    ["CPU", evaluation.cpu],
    ["Time", `${evaluation.seconds.toFixed(2)} s`],
    ["Seed", <code key="seed">{evaluation.seed}</code>],
    ["Model, SHA-256", <code key="model">{evaluation.modelSha}</code>],
    ["Points, SHA-256", <code key="points">{evaluation.pointsSha}</code>],
  ];
  if (evaluation.examplesSha !== null)
    rows.push(["Examples, SHA-256", <code key="examples">{evaluation.examplesSha}</code>]);
  return (
    <dl className="facts text-[0.875rem]">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
