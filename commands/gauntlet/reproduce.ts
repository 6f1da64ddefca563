import { cpus } from "node:os";
import { bar } from "#commands/gauntlet/bar.ts";
import { type Evidence, gatherEvidence, signedReceipt } from "#commands/gauntlet/evidence.ts";
import { Ended, EXIT } from "#commands/gauntlet/exit.ts";
import { withSandbox } from "#commands/gauntlet/sandboxed.ts";
import { Site } from "#commands/gauntlet/site.ts";
import { verdictsOf } from "#commands/gauntlet/verdicts.ts";
import { judgeRow } from "#contest/admissible.ts";
import { getBit } from "#contest/bits.ts";
import type { Receipt, SignedReceipt } from "#contest/receipt.ts";
import type { RunContext } from "#evaluator/context.ts";
import { EVALUATOR_VERSION } from "#evaluator/version.ts";
import { putBytes } from "#store/artifacts.ts";

/** What came of measuring an evaluation again. */
export interface Reproduced {
  evaluation: string;
  kind: Receipt["kind"];
  defense: string;
  subject: string;
  outcome: "equal" | "different" | "cannot-be-compared";
  /** Rows that were measured again. */
  rows: number;
  /** Points whose verdict is another now. */
  points: number[];
  /** Points whose example is not admissible: it should not have counted. */
  inadmissible: number[];
  /** Why nothing can be compared, and what is not as it was here. */
  notes: string[];
}

/**
 * Measures evaluations again from what the site publishes and compares every verdict. Prints each as it comes; one whose
 * model or examples are closed to the viewer keeps none of the others. The exit status is that of a failure where one is
 * different, and where none could be compared. Throws Ended for what cannot be downloaded or is not what its receipt
 * names, and where every one of them was closed.
 */
export async function reproduce(ids: string[], options: { site?: string; json: boolean }): Promise<void> {
  const site = new Site(options.site);
  const results: Reproduced[] = [];
  let closed: Ended | null = null;
  await withSandbox(async (context, signal) => {
    for (const id of ids) {
      const signed = await signedReceipt(site, id);
      const result = await reproduceOne(context, site, signed, signal).catch((error) => {
        if (!(error instanceof Ended && CLOSED.has(error.code))) throw error;
        closed = error;
        return notCompared(signed.receipt, error.message);
      });
      results.push(result);
      if (!options.json) console.log(sentenceOf(result));
    }
  });
  if (closed !== null && results.every(({ outcome }) => outcome === "cannot-be-compared")) throw closed;
  if (options.json) console.log(JSON.stringify({ site: site.credentials.url, evaluations: results }));
  const outcomes = new Set(results.map(({ outcome }) => outcome));
  if (outcomes.has("different") || !outcomes.has("equal")) process.exitCode = EXIT.failed;
}

/** What the site answers where a model or an attack's examples are not for the viewer, or not yet. */
const CLOSED = new Set(["model-not-public-yet", "examples-closed"]);

async function reproduceOne(
  context: RunContext,
  site: Site,
  signed: SignedReceipt,
  signal: AbortSignal,
): Promise<Reproduced> {
  const reason = beyondComparison(signed.receipt, signed.noiseSeed);
  if (reason !== null) return notCompared(signed.receipt, reason);
  return again(context, await gatherEvidence(site, signed), signal);
}

const notCompared = (receipt: Receipt, why: string): Reproduced => {
  return { ...about(receipt), outcome: "cannot-be-compared", notes: [why] };
};

/** Why there is nothing to compare; null where there is. */
function beyondComparison({ kind, verdicts, settings }: Receipt, noiseSeed: string | null): string | null {
  if (kind === "holdout") return "the holdout is hidden, and nothing is told of it but whole percents";
  if (verdicts === null) return "the model's process ended before the stage did: there was nothing to judge";
  if (settings.draws > 1 && noiseSeed === null)
    return "the model is randomised, and the seed of its noise is public only once the challenge has closed";
  return null;
}

const about = ({ evaluation, kind, defense, subject }: Receipt) => ({
  ...{ evaluation, kind, defense, subject, rows: 0, points: [], inadmissible: [], notes: [] as string[] },
});

/** Measures an evaluation again and compares every verdict with the receipt's. */
export async function again(context: RunContext, evidence: Evidence, signal: AbortSignal): Promise<Reproduced> {
  const { receipt, model, labels, rows, points } = evidence;
  const { evaluation, settings } = receipt;
  const arena = { ...settings, points: labels.length };
  const { sha256: modelSha } = await putBytes(model);
  const subject = { modelSha, draws: settings.draws, seed: evidence.noiseSeed ?? "" };
  const progress = bar(evaluation, 1);
  const options = { signal, onProgress: progress(0) };
  const { bits, ort } = await verdictsOf(context, arena, subject, { rows, points, labels }, options);
  if (points.length > 0) progress(-1)(1, 1);
  const notes = differencesOf(receipt);
  if (ort !== null && ort !== receipt.evaluator.onnxRuntime)
    notes.push(`ONNX Runtime ${receipt.evaluator.onnxRuntime} then, ${ort} here`);
  const expected = Buffer.from(receipt.verdicts!.bits, "base64");
  const differ = Array.from(labels.keys()).filter((point) => getBit(bits, point) !== getBit(expected, point));
  const inadmissible = receipt.kind === "clean" ? [] : notAdmissible(evidence);
  return {
    ...about(receipt),
    outcome: differ.length + inadmissible.length === 0 ? "equal" : "different",
    ...{ rows: points.length, points: differ, inadmissible, notes },
  };
}

/** Points whose example the rules would not let count. */
function notAdmissible({ x, rows, points, receipt }: Evidence): number[] {
  const size = receipt.settings.shape.reduce((a, b) => a * b, 1);
  const row = (values: Float32Array, at: number) => values.slice(at * size, (at + 1) * size);
  return points.filter((point, i) => !judgeRow(row(rows, i), row(x, point), receipt.settings).admissible);
}

/** What is not here as it was there, for whoever looks into a difference. */
function differencesOf({ evaluator }: Receipt): string[] {
  const cpu = cpus()[0]?.model ?? process.arch;
  return [
    ...(evaluator.version === EVALUATOR_VERSION
      ? []
      : [`evaluator ${evaluator.version} then, ${EVALUATOR_VERSION} here`]),
    ...(evaluator.cpu === cpu ? [] : [`measured on ${evaluator.cpu}, now on ${cpu}`]),
  ];
}

function sentenceOf({ evaluation, kind, subject, outcome, rows, points, inadmissible, notes }: Reproduced): string {
  const what = `evaluation ${evaluation} (${kind === "attack" || kind === "house" ? `${kind} ${subject}` : kind})`;
  const because = notes.length > 0 ? ` (${notes.join("; ")})` : "";
  if (outcome === "cannot-be-compared") return `${what}: cannot be compared: ${notes.join("; ")}`;
  if (outcome === "equal") return `${what}: equal, ${rows} rows${because}`;
  const parts = [
    points.length > 0 && `another verdict at ${points.length} points: ${points.join(", ")}`,
    inadmissible.length > 0 && `examples that are not admissible at ${inadmissible.join(", ")}`,
  ];
  return `${what}: DIFFERENT: ${parts.filter(Boolean).join("; ")}${because}`;
}
