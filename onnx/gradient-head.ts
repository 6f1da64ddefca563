import { classCount, linearScores } from "#onnx/gradient-rules/classical.ts";
import { hasProbabilities, pairedScores } from "#onnx/gradient-rules/vectors.ts";
import { NoRule } from "#onnx/gradient-site.ts";
import { memberScores, ranked } from "#onnx/gradient-votes.ts";
import { type GraphWriter, sameDims } from "#onnx/graph-writer.ts";
import { elementTypes, intAttribute, type Node, stringAttribute } from "#onnx/model.ts";

const floats: ReadonlySet<number> = new Set([elementTypes.float16, elementTypes.float32, elementTypes.float64, 16]);

// What keeps the order of a row's scores, strictly or not: what comes before it ranks the classes as well.
const always: ReadonlySet<string> = new Set(
  "Identity Log Exp Sigmoid HardSigmoid Tanh Softplus Softsign Clip Relu Sqrt Round Floor Ceil".split(" "),
);
const alongAxis: ReadonlySet<string> = new Set(["Softmax", "LogSoftmax", "Hardmax"]);

/**
 * Goes back from the scores [B, K] through operators at the end of a model that keep the order of each row (softmax,
 * logarithm, clipping, rounding, a positive factor, the one-hot vote of an ArgMax), and from a count of such votes to the
 * sum of the voters' scores: the losses see what went into them, whose derivatives are not squashed. Counts are left
 * alone unless `counts` says so: surrogates see into them too, and either may lead where the other does not. Gives that
 * tensor and the operators that were cut, last first.
 */
export function cutHead(
  w: GraphWriter,
  nodes: readonly Node[],
  output: string,
  values: (name: string) => readonly number[] | undefined,
  counts: boolean,
): { scores: string; cut: string[] } {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const cut: string[] = [];
  let scores = output;
  for (let node = producers.get(scores); node; node = producers.get(scores)) {
    const from = before(w, node, producers, values, counts);
    if (!from || !sameDims(w.dims(from), w.dims(output))) break;
    if (node.op !== "Identity" && node.op !== "Cast") cut.push(node.op);
    scores = from;
  }
  return { scores, cut };
}

function before(
  w: GraphWriter,
  node: Node,
  producers: ReadonlyMap<string, Node>,
  values: (name: string) => readonly number[] | undefined,
  counts: boolean,
): string | undefined {
  const [x, second] = node.inputs as [string, string?];
  if (node.domain !== "") {
    try {
      return beforeClassical(w, node);
    } catch (error) {
      if (error instanceof NoRule) return undefined;
      throw error;
    }
  }
  if (node.op === "Cast") {
    if (floats.has(w.type(x)) || w.type(x) === elementTypes.bool || w.type(x) === elementTypes.int64) return x;
  }
  if (always.has(node.op)) return x;
  if (alongAxis.has(node.op)) {
    const axis = intAttribute(node, "axis", -1);
    return axis === -1 || axis === w.dims(x).length - 1 ? x : undefined;
  }
  const look = { producer: (name: string) => producers.get(name), values };
  const members = (counts && memberScores(w, node.outputs[0]!, look)) || ranked(w, node, look);
  if (members) return members;
  if (node.op !== "Mul" && node.op !== "Div" && node.op !== "Add" && node.op !== "Sub") return undefined;
  const constant = second ? values(second) : undefined;
  const other = constant ? x : node.op === "Mul" || node.op === "Add" ? second : undefined;
  const by = constant ?? values(x);
  if (!other || by?.length !== 1) return undefined;
  return node.op === "Add" || node.op === "Sub" || by[0]! > 0 ? other : undefined;
}

/** What classical models' last operators make their answers of, written out. */
function beforeClassical(w: GraphWriter, node: Node): string | undefined {
  if (node.op === "Normalizer") return stringAttribute(node, "norm", "MAX") === "MAX" ? undefined : node.inputs[0];
  const transform = stringAttribute(node, "post_transform", "NONE");
  const classes = classCount(node);
  if (node.op === "LinearClassifier" && (transform === "SOFTMAX" || transform === "LOGISTIC"))
    return linearScores(w, node, classes);
  if (node.op === "SVMClassifier" && transform === "NONE" && hasProbabilities(node)) return pairedScores(w, node);
  return undefined;
}
