import { type Case, type Told, use } from "#golden/gradient-cases/case.ts";
import { weight } from "#golden/gradient-cases/weight.ts";
import { ints } from "#golden/graph.ts";

const [steps, batch, wide, hidden] = [3, 2, 4, 3];

function layer(op: string, gates: number, what: string, attributes: Told["attributes"], told: Told = {}): Case {
  const directions = attributes?.direction === "bidirectional" ? 2 : 1;
  const states = op === "LSTM" ? ["y", "h", "c"] : ["y", "h"];
  return use(op, what, [[steps, batch, wide]], {
    attributes: { hidden_size: hidden, ...attributes },
    weights: {
      w: weight(directions, gates * hidden, wide),
      r: weight(directions, gates * hidden, hidden),
      b: weight(directions, 2 * gates * hidden),
    },
    outputs: states.join(" "),
    taken: states,
    ...told,
  });
}

const recurrent: Case[] = (["RNN", "GRU", "LSTM"] as const).flatMap((op) => {
  const gates = { RNN: 1, GRU: 3, LSTM: 4 }[op];
  return [
    layer(op, gates, "forward", {}),
    layer(op, gates, "bidirectional", { direction: "bidirectional" }),
    layer(op, gates, "reverse, last state only", { direction: "reverse" }, { taken: ["h"] }),
    layer(op, gates, "without biases", {}, { operands: "a w r" }),
  ];
});

const q = [2, 3, 8];

const attention: Case[] = [
  use("Attention", "heads in one axis", [q, q, q], { attributes: { q_num_heads: 2, kv_num_heads: 2 } }),
  use(
    "Attention",
    "four axes, scale",
    [
      [2, 2, 3, 4],
      [2, 2, 5, 4],
      [2, 2, 5, 3],
    ],
    { attributes: { scale: { f: 0.3 } } },
  ),
  use("Attention", "causal", [q, q, q], { attributes: { q_num_heads: 2, kv_num_heads: 2, is_causal: 1 } }),
  use(
    "Attention",
    "shared keys",
    [
      [2, 3, 8],
      [2, 3, 4],
      [2, 3, 4],
    ],
    { attributes: { q_num_heads: 4, kv_num_heads: 2 } },
  ),
  use("Attention", "a mask of numbers", [q, q, q], {
    attributes: { q_num_heads: 2, kv_num_heads: 2 },
    weights: { m: weight(3, 3) },
  }),
  use("Attention", "a mask of truths", [q, q, q], {
    attributes: { q_num_heads: 2, kv_num_heads: 2 },
    weights: { m: { type: 9, dims: [3, 3], data: Uint8Array.of(1, 0, 1, 1, 1, 0, 0, 1, 1) } },
  }),
  use("Attention", "softcap", [q, q, q], { attributes: { q_num_heads: 2, kv_num_heads: 2, softcap: { f: 0.5 } } }),
];

const sizes = [2, 2, 5, 6];

function sampled(what: string, attributes: Told["attributes"], told: Told = {}): Case[] {
  const both: Told = { range: [-0.9, 0.9], ...told, attributes: { mode: "linear", ...attributes } };
  const grid = weight(2, 3, 4, 2);
  return [
    use("GridSample", what, [sizes], { ...both, from: 20, linear: true, weights: { g: grid } }),
    use("GridSample", `${what}, the grid too`, [sizes, [2, 3, 4, 2]], { from: 20, ...both }),
  ];
}

const grids: Case[] = [
  ...sampled("zeros", {}),
  ...sampled("zeros beyond the image", {}, { range: [-1.3, 1.3] }),
  ...sampled("border", { padding_mode: "border" }, { range: [-1.4, 1.4] }),
  ...sampled("reflection", { padding_mode: "reflection" }, { range: [-1.7, 1.7] }),
  ...sampled("reflection, aligned", { padding_mode: "reflection", align_corners: 1 }, { range: [-2.5, 2.5] }),
  ...sampled("aligned", { align_corners: 1 }),
  use("GridSample", "bilinear by its old name", [sizes], {
    linear: true,
    until: 19,
    attributes: { mode: "bilinear" },
    weights: { g: weight(2, 3, 4, 2) },
  }),
  use("GridSample", "nearest", [sizes], {
    linear: true,
    from: 20,
    attributes: { mode: "nearest" },
    weights: { g: weight(2, 3, 4, 2) },
  }),
  use("GridSample", "cubic", [sizes], {
    linear: true,
    from: 20,
    attributes: { mode: "cubic" },
    weights: { g: weight(2, 3, 4, 2) },
  }),
  ...[0, 1].map((align_corners) =>
    use("AffineGrid", `align_corners ${align_corners}`, [[2, 2, 3]], {
      linear: true,
      attributes: { align_corners },
      weights: { s: ints([2, 1, 3, 4]) },
    }),
  ),
];

export const sequenceCases: Case[] = [...recurrent, ...attention, ...grids];
