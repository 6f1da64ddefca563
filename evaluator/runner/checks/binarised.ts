import { Tensor } from "onnxruntime-node";
import type { Survey } from "#contest/gauntlet.ts";
import type { ModelFacts } from "#contest/report.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";
import type { Binarised } from "#evaluator/runner/checks/check.ts";
import { gradientRunner } from "#evaluator/runner/gradient-session.ts";
import { load, type NoiseFeeds, runnerOf } from "#evaluator/runner/session.ts";
import { surveyOf } from "#evaluator/runner/survey.ts";
import { trace } from "#evaluator/runner/trace.ts";
import { encode } from "#onnx/encode.ts";
import { featuresOf, HEAD, withFeatures, withTwoClasses } from "#onnx/last-layer.ts";
import type { Model } from "#onnx/model.ts";

/** Copies of an input that are under attack at once. Two at least: shapes are traced at two sizes. */
const BATCH = 4;

/**
 * Opens a model (without random operators) at its last layer. `rows` are inputs to trace with, repeated where they are few. Null
 * where there is no last layer by which it can be replaced, or no gradient.
 */
export async function binarisedOf(
  model: Model,
  facts: ModelFacts,
  task: { shape: number[]; classes: number },
  rows: Float32Array,
): Promise<Binarised | null> {
  const features = featuresOf(model);
  if (!features || facts.randomOps > 0 || facts.inputType !== "float32") return null;
  const { length } = features;
  const two = { ...task, classes: 2 };
  const opened = withTwoClasses(model, features);
  const head = (weights: Float32Array, bias: number): NoiseFeeds => {
    const feeds = {
      [HEAD.weights]: new Tensor("float32", weights, [length, 1]),
      [HEAD.bias]: new Tensor("float32", Float32Array.of(bias), [1, 1]),
    };
    return () => feeds;
  };
  const size = task.shape.reduce((a, b) => a * b, 1);
  const given = Float32Array.from({ length: (BATCH + 1) * size }, (_, i) => rows[i % rows.length] ?? 0);
  const traced = await trace(opened, facts, two, given, BATCH, head(new Float32Array(length), 0));
  const { survey, graphs } = surveyOf(opened, 2, traced);
  if (survey.variants.length === 0) return null;
  const twoFacts = { ...facts, outputName: HEAD.scores };
  const canonical = runnerOf(await load(encode(opened)), twoFacts, two, BATCH);
  const climbers = await Promise.all(
    survey.variants.map((variant: Survey["variants"][number]) =>
      gradientRunner(graphs.get(variant)!.model, facts, two, traced.batch, "cpu"),
    ),
  );
  const reader = runnerOf(
    await load(encode(withFeatures(model, features))),
    { ...facts, outputName: features.name },
    { ...task, classes: length },
    64,
  );
  return {
    length,
    async features(inputs) {
      const read: Float32Array[] = [];
      for (let from = 0; from < inputs.length; from += reader.batch) {
        const part = inputs.slice(from, from + reader.batch);
        const x = new Float32Array(part.length * size);
        for (const [row, values] of part.entries()) x.set(values, row * size);
        const { logits } = await reader.run(x, part.length);
        for (let row = 0; row < part.length; row++) read.push(logits.slice(row * length, (row + 1) * length));
      }
      return read;
    },
    oracles(weights, bias) {
      const feeds = head(weights, bias);
      const scores: Oracle["scores"] = async (x, count) =>
        (await canonical.run(x.subarray(0, count * size), count, feeds)).logits;
      return climbers.map(
        (climber): Oracle => ({
          ...{ batch: traced.batch, scores, verdicts: scores },
          gradients: (x, count, labels, targets, losses) => climber.run(x, count, { labels, targets, losses }, feeds),
        }),
      );
    },
  };
}
