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

/**
 * Writes the loss of each row of `scores` [B, K] by its own code (a place in `codes`), float32 [B], and its derivative
 * [B, K]. Rows are
 * independent, and what a row's unselected losses would be does not matter, NaN included. With fewer than three
 * classes DLR is the margin, with fewer than four targeted DLR is the targeted margin.
 */
export function lossSeeds(
  w: GraphWriter,
  scores: string,
  inputs: LossInputs,
  codes: readonly LossName[],
): { loss: string; seed: string } {
  const [batch, classes] = w.dims(scores) as [number, number];
  const column = (name: string) => w.reshape(name, [batch, 1]);
  const [label, target, chosen] = [column(inputs.label), column(inputs.target), column(inputs.loss)];
  const places = w.indices([1, classes], (i) => i);
  const isCode = (name: LossName) => w.op("Equal", [chosen, w.ints([codes.indexOf(name)])]);
  const isLabel = w.op("Equal", [places, label]);
  const oneHot = (index: string) => w.cast(w.op("Equal", [places, index]));
  const labelled = w.cast(isLabel);

  const others = w.where(isLabel, lowest, scores);
  const rival = w.op("ArgMax", [others], { axis: 1, keepdims: 1 }, [batch, 1]);
  const isTargeted = w.op("Or", [isCode("targeted-margin"), isCode("targeted-dlr")]);
  const other = w.where(isTargeted, target, rival);
  const margin = w.sub(w.pick(scores, other), w.pick(scores, label));
  const direction = w.sub(oneHot(other), labelled);
  const scale = scaling(w, scores, isCode);
  const marginal = scale ? w.mul(margin, scale.factor) : margin;
  // d(m s) = s dm + m ds, with s = 1/D and ds = -dD/D^2.
  const slope = scale
    ? w.sub(w.mul(direction, scale.factor), w.mul(w.mul(marginal, scale.shrink), scale.spread(oneHot)))
    : direction;

  const isEntropy = isCode("cross-entropy");
  const logProbability = w.op("LogSoftmax", [scores], { axis: -1 });
  const entropy = w.neg(w.pick(logProbability, label));
  return {
    loss: w.reshape(w.where(isEntropy, entropy, marginal), [batch]),
    seed: w.where(isEntropy, w.sub(w.op("Softmax", [scores], { axis: -1 }), labelled), slope),
  };
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
function scaling(w: GraphWriter, scores: string, isCode: (name: LossName) => string): Scaling | undefined {
  const [batch, classes] = w.dims(scores) as [number, number];
  if (classes < 3) return undefined;
  const k = Math.min(4, classes);
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
  const [first, third, fourth] = [0, 2, k - 1].map((at) => w.slice(values, 1, at, 1)) as [string, string, string];
  const half = k === 4 ? w.cast(isCode("targeted-dlr")) : w.floats([1, 1], [0]);
  const b = w.mul(half, 0.5);
  const a = w.sub(1, b);
  const low = w.add(w.mul(a, third), w.mul(b, fourth));
  const inverse = w.div(1, w.add(w.sub(first, low), tiny));
  const isScaled = k === 4 ? w.op("Or", [isCode("dlr"), isCode("targeted-dlr")]) : isCode("dlr");
  return {
    factor: w.where(isScaled, inverse, 1),
    shrink: w.where(isScaled, inverse, 0),
    spread(oneHot) {
      const [one, three, four] = [0, 2, k - 1].map((at) => oneHot(w.slice(ranks, 1, at, 1))) as [
        string,
        string,
        string,
      ];
      return w.sub(one, w.add(w.mul(a, three), w.mul(b, four)));
    },
  };
}
