import { floats, node } from "#golden/graph.ts";
import { WIDTH } from "#golden/surrogate-cases/slopes.ts";
import { elementTypes, type Node, type Tensor } from "#onnx/model.ts";
import { tensorOf } from "#onnx/values.ts";

const toFloat = node("Cast", "c", "y", { to: elementTypes.float32 });
const classes = tensorOf(
  elementTypes.int64,
  [WIDTH],
  BigInt64Array.from({ length: WIDTH }, (_, i) => BigInt(i)),
);
const eye = floats(
  [WIDTH, WIDTH],
  Array.from({ length: WIDTH ** 2 }, (_, i) => Number(i % (WIDTH + 1) === 0)),
);
const depth = { depth: tensorOf(elementTypes.int64, [], BigInt64Array.of(BigInt(WIDTH))), onOff: floats([2], [0, 1]) };
const best = node("ArgMax", "input", "best", { axis: 1, keepdims: 0 });
const kept = node("ArgMax", "input", "best", { axis: 1, keepdims: 1 });
const column = tensorOf(elementTypes.int64, [2], BigInt64Array.of(-1n, 1n));
const rankOf = tensorOf(elementTypes.int64, [1], BigInt64Array.of(1n));

/** Ways of writing "one-hot of the best" that exporters use. */
export const votes: [string, Node[], Record<string, Tensor>][] = [
  ["OneHot", [best, node("OneHot", "best depth onOff", "y", { axis: -1 })], depth],
  ["Equal", [kept, node("Equal", "best classes", "c"), toFloat], { classes }],
  ["Gather", [best, node("Gather", "eye best", "y")], { eye }],
  ["GatherND", [best, node("Reshape", "best column", "b"), node("GatherND", "eye b", "y")], { eye, column }],
  [
    "ArgMin",
    [
      node("Neg", "input", "n"),
      node("ArgMin", "n", "best", { axis: 1, keepdims: 0 }),
      node("OneHot", "best depth onOff", "y"),
    ],
    depth,
  ],
  [
    "TopK",
    [
      node("TopK", "input one", "v i"),
      node("Gather", "eye i", "g"),
      node("ReduceMax", "g", "y", { axes: [1], keepdims: 0 }),
    ],
    { eye, one: rankOf },
  ],
];
