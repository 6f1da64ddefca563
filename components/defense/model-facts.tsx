import { bytes, count, short } from "#components/ui/numbers.ts";
import type { ModelFacts } from "#contest/report.ts";

/** What the model is, as the evaluator read it. Nothing is decided by it. */
export function ModelFactsList({ facts, sha256 }: { facts: ModelFacts | null; sha256: string }) {
  return (
    <dl className="facts text-[0.875rem]">
      {facts && <Read facts={facts} />}
      <dt>SHA-256</dt>
      <dd>
        <code>{sha256}</code>
      </dd>
    </dl>
  );
}

function Read({ facts }: { facts: ModelFacts }) {
  const ops = Object.entries(facts.ops).sort(([, a], [, b]) => b - a);
  const opsets = Object.entries(facts.opsets).map(([domain, version]) => `${domain || "ai.onnx"} ${version}`);
  const rows: [string, string][] = [
    ["Parameters", count(facts.parameters)],
    ["Operators", ops.map(([op, times]) => `${op} × ${times}`).join(", ")],
    ["Nodes", count(facts.nodes)],
    ["Opset", `${opsets.join(", ")}; IR ${facts.irVersion}`],
    ["Input", `${facts.inputName} [${facts.inputDims.map((dim) => dim ?? "?").join(", ")}] ${facts.layout}`],
    ["Batch", String(facts.batch)],
    ["Output", facts.outputName],
    ["Work", facts.flopsPerExample === null ? "unknown" : `${short(facts.flopsPerExample)} FLOP an input`],
    ["Size", bytes(facts.bytes)],
  ];
  if (facts.randomOps > 0) rows.push(["Random operators", count(facts.randomOps)]);
  return rows.map(([name, value]) => (
    <div key={name} className="contents">
      <dt>{name}</dt>
      <dd className="font-mono text-[0.92em]">{value}</dd>
    </div>
  ));
}
