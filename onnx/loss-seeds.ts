// Losses that an attacker maximises, and their derivatives with respect to the scores, in closed form.
// DLR and targeted DLR: https://arxiv.org/abs/2003.01690 (Croce and Hein, 2020).
import type { LossName } from "#onnx/gradient.ts";
import type { GraphWriter } from "#onnx/graph-writer.ts";
import { elementTypes } from "#onnx/model.ts";

/** Keeps DLR's denominators from zero, as its authors do. */
const tiny = 1e-12;

/** Below every float32 score. */
const lowest = -3.4028234663852886e38;

export interface LossInputs {
  /** int64 [B]: the class to be left, the class to be reached, and the loss of each row. */
  label: string;
  target: string;
  loss: string;
}

/** Whether a row's loss is a certain one: bool [B, 1], or known when the graph is written. */
type Condition = string | boolean;
type IsLoss = (name: LossName) => Condition;

/**
 * Writes the loss of each row of `scores` [B, K] by its own code (a place in `codes`), float32 [B], and its derivative
 * [B, K]. Where all rows have the loss `only`, the others are not written, and what is has the same bits. Rows are
 * independent, and what a row's unselected losses would be does not matter, NaN included. With fewer than three
 * classes DLR is the margin, with fewer than four targeted DLR is the targeted margin.
 */
export function lossSeeds(
  w: GraphWriter,
  scores: string,
  inputs: LossInputs,
  codes: readonly LossName[],
  only?: LossName,
): { loss: string; seed: string } {
  const [batch, classes] = w.dims(scores) as [number, number];
  const column = (name: string) => w.reshape(name, [batch, 1]);
  const [label, target, chosen] = [column(inputs.label), column(inputs.target), column(inputs.loss)];
  const places = w.indices([1, classes], (i) => i);
  const isLoss: IsLoss = (name) => (only ? name === only : w.op("Equal", [chosen, w.ints([codes.indexOf(name)])]));
  const isLabel = w.op("Equal", [places, label]);
  const labelled = w.cast(isLabel);

  const oneHot = (index: string) => w.cast(w.op("Equal", [places, index]));
  const others = w.where(isLabel, lowest, scores);
  const rival = w.op("ArgMax", [others], { axis: 1, keepdims: 1 }, [batch, 1]);
  const isTargeted = or(w, isLoss("targeted-margin"), isLoss("targeted-dlr"));
  const other = choose(w, isTargeted, target, rival);
  const margin = w.sub(w.pick(scores, other), w.pick(scores, label));
  const direction = w.sub(oneHot(other), labelled);
  const scale = scaling(w, scores, isLoss);
  const marginal = scale ? w.mul(margin, scale.factor) : margin;
  // d(m s) = s dm + m ds, with s = 1/D and ds = -dD/D^2.
  const slope = scale
    ? w.sub(w.mul(direction, scale.factor), w.mul(w.mul(marginal, scale.shrink), scale.spread(oneHot)))
    : direction;

  const isEntropy = isLoss("cross-entropy");
  const logProbability = w.op("LogSoftmax", [scores], { axis: -1 });
  const entropy = w.neg(w.pick(logProbability, label));
  const seed = w.sub(w.op("Softmax", [scores], { axis: -1 }), labelled);
  return {
    loss: w.reshape(choose(w, isEntropy, entropy, marginal), [batch]),
    seed: choose(w, isEntropy, seed, slope),
  };
}

function or(w: GraphWriter, a: Condition, b: Condition): Condition {
  if (typeof a === "boolean") return a || b;
  return typeof b === "boolean" ? b || a : w.op("Or", [a, b]);
}

/** What no row has leads nowhere and is left out of the graph in the end. */
function choose(w: GraphWriter, condition: Condition, yes: string, no: string): string {
  if (typeof condition === "string") return w.where(condition, yes, no);
  return condition ? yes : no;
}

interface Scaling {
  /** [B, 1]: 1/D, or 1 where the row's loss is not scaled. */
  factor: string;
  /** [B, 1]: 1/D, or 0. */
  shrink: string;
  /** [B, K]: the derivative of D. */
  spread(oneHot: (index: string) => string): string;
}

/** The denominators z1 - z3 and z1 - (z3 + z4)/2 of the sorted scores, as one: z1 - a z3 - b z4. */
function scaling(w: GraphWriter, scores: string, isLoss: IsLoss): Scaling | undefined {
  const [batch, classes] = w.dims(scores) as [number, number];
  if (classes < 3) return undefined;
  const k = Math.min(4, classes);
  const isHalf = k === 4 && isLoss("targeted-dlr");
  const isScaled = or(w, isLoss("dlr"), isHalf);
  if (isScaled === false) return undefined;
  const values = w.fresh();
  const ranks = w.fresh();
  w.push({
    name: "",
    domain: "",
    op: "TopK",
    inputs: [scores, w.ints([k])],
    outputs: [values, ranks],
    attributes: new Map(),
  });
  w.known.set(values, { dims: [batch, k], type: elementTypes.float32 });
  w.known.set(ranks, { dims: [batch, k], type: elementTypes.int64 });
  const at = (from: string, place: number) => w.slice(from, 1, place, 1);
  const b = typeof isHalf === "string" ? w.mul(w.cast(isHalf), 0.5) : w.floats([1, 1], [isHalf ? 0.5 : 0]);
  const a = w.sub(1, b);
  const mixed = (third: string, fourth: string) =>
    isHalf === false ? third : w.add(w.mul(a, third), w.mul(b, fourth));
  const low = mixed(at(values, 2), at(values, k - 1));
  const inverse = w.div(1, w.add(w.sub(at(values, 0), low), tiny));
  return {
    factor: choose(w, isScaled, inverse, w.floats([1, 1], [1])),
    shrink: choose(w, isScaled, inverse, w.floats([1, 1], [0])),
    spread(oneHot) {
      const hot = (place: number) => oneHot(at(ranks, place));
      return w.sub(hot(0), mixed(hot(2), hot(k - 1)));
    },
  };
}
