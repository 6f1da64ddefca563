import { type Expansion, NoRule, type Site } from "#onnx/gradient-site.ts";
import { floatAttribute, intAttribute, type Node, stringAttribute } from "#onnx/model.ts";

/** Steps that a sequence may be unrolled for. */
const longest = 2048;

type Function = (s: Site, x: string) => string;
const functions: ReadonlyMap<string, Function> = new Map(
  ["Sigmoid", "Tanh", "Relu", "Softsign", "Softplus"].map((op) => [op, (s: Site, x: string) => s.w.op(op, [x])]),
);

/** The functions of one direction, three (LSTM), two (GRU) or one (RNN) each. */
function activationsOf(node: Node, direction: number, usual: readonly string[]): Function[] {
  const listed = node.attributes.get("activations");
  const names = listed?.kind === "S" && listed.value.length > 0 ? listed.value : [...usual, ...usual];
  return usual.map((_, i) => {
    const found = functions.get(names[direction * usual.length + i]!);
    if (!found) throw new NoRule(`activation ${names[direction * usual.length + i]}`);
    return found;
  });
}

/** The weights of one direction: W [gates H, I], R [gates H, H], and the two biases [gates H]. */
interface Weights {
  input: string;
  state: string;
  inputBias: string | undefined;
  stateBias: string | undefined;
}

function weightsOf(s: Site, direction: number, rows: number): Weights {
  const { w } = s;
  const of = (i: number) => {
    const [, ...dims] = s.dims(i);
    return w.reshape(w.slice(s.x(i), 0, direction, 1), dims);
  };
  const bias = s.has(3) ? of(3) : undefined;
  return {
    input: of(1),
    state: of(2),
    inputBias: bias && w.slice(bias, 0, 0, rows),
    stateBias: bias && w.slice(bias, 0, rows, rows),
  };
}

/** One step: from what the input gives to all gates [B, gates H] and the states before to the states after. */
type Cell = (given: {
  s: Site;
  fed: string;
  states: string[];
  weights: Weights;
  hidden: number;
  apply: Function[];
}) => string[];

function plus(s: Site, x: string, bias: string | undefined): string {
  return bias ? s.w.add(x, bias) : x;
}

const gate = (s: Site, all: string, i: number, hidden: number) => s.w.slice(all, 1, i * hidden, hidden);

const rnn: Cell = ({ s, fed, states: [h], weights, apply: [f] }) => [
  f!(s, s.w.add(fed, plus(s, s.w.matmul(h!, s.w.swapped(weights.state)), weights.stateBias))),
];

/** Gates in the order input, output, forget, cell. */
const lstm: Cell = ({ s, fed, states: [h, c], weights, hidden, apply: [f, g, out] }) => {
  const { w } = s;
  const all = w.add(fed, plus(s, w.matmul(h!, w.swapped(weights.state)), weights.stateBias));
  const [i, o, forget, cell] = [0, 1, 2, 3].map((at) => gate(s, all, at, hidden)) as [string, string, string, string];
  const next = w.add(w.mul(f!(s, forget), c!), w.mul(f!(s, i), g!(s, cell)));
  return [w.mul(f!(s, o), out!(s, next)), next];
};

/** Gates in the order update, reset, hidden. */
const gru: Cell = ({ s, fed, states: [h], weights, hidden, apply: [f, g] }) => {
  const { w } = s;
  const part = (name: string | undefined, from: number, gates: number) =>
    name && w.slice(name, 0, from * hidden, gates * hidden);
  const early = plus(s, w.matmul(h!, w.swapped(part(weights.state, 0, 2)!)), part(weights.stateBias, 0, 2));
  const [z, r] = [0, 1].map((at) => f!(s, w.add(gate(s, fed, at, hidden), gate(s, early, at, hidden)))) as [
    string,
    string,
  ];
  const late = (x: string) =>
    plus(s, w.matmul(x, w.swapped(part(weights.state, 2, 1)!)), part(weights.stateBias, 2, 1));
  const after = intAttribute(s.node, "linear_before_reset", 0) === 1 ? w.mul(r, late(h!)) : late(w.mul(r, h!));
  const fresh = g!(s, w.add(gate(s, fed, 2, hidden), after));
  return [w.add(w.mul(w.sub(1, z), fresh), w.mul(z, h!))];
};

interface Kind {
  gates: number;
  states: number;
  usual: readonly string[];
  cell: Cell;
}

/** A recurrent layer written out step by step. X is [T, B, I]. */
function unrolled({ gates, states, usual, cell }: Kind): Expansion {
  return (s) => {
    const { node, w } = s;
    if (s.has(4) || s.has(7) || floatAttribute(node, "clip", 0) > 0 || intAttribute(node, "input_forget", 0))
      throw new NoRule("lengths, peepholes or clipping");
    // The runtime (1.30) has no kernel for layout 1 either.
    if (intAttribute(node, "layout", 0) !== 0) throw new NoRule("batches first");
    const [steps, batch] = s.dims() as [number, number, number];
    const hidden = s.dims(2)[2]!;
    if (steps > longest) throw new NoRule(`a sequence of ${steps}`);
    const way = stringAttribute(node, "direction", "forward");
    const directions = way === "bidirectional" ? [false, true] : [way === "reverse"];
    const done = directions.map((backward, direction) => {
      const weights = weightsOf(s, direction, gates * hidden);
      const apply = activationsOf(node, direction, usual);
      const fed = plus(s, w.matmul(s.x(), w.swapped(weights.input)), weights.inputBias);
      let now = Array.from({ length: states }, (_, i) => initial(s, 5 + i, direction, [batch, hidden]));
      const outputs = Array<string>(steps);
      for (let i = 0; i < steps; i++) {
        const step = backward ? steps - 1 - i : i;
        const row = w.reshape(w.slice(fed, 0, step, 1), [batch, gates * hidden]);
        now = cell({ s, fed: row, states: now, weights, hidden, apply });
        outputs[step] = w.reshape(now[0]!, [1, 1, batch, hidden]);
      }
      return { all: w.concat(outputs, 0), last: now.map((state) => w.reshape(state, [1, batch, hidden])) };
    });
    const all = w.concat(
      done.map((direction) => direction.all),
      1,
    );
    const last = done[0]!.last.map((_, i) =>
      w.concat(
        done.map((direction) => direction.last[i]!),
        0,
      ),
    );
    return [all, ...last];
  };
}

/** The state before the first step: an operand [directions, B, H], or zeros. */
function initial(s: Site, i: number, direction: number, dims: readonly number[]): string {
  return s.has(i) ? s.w.reshape(s.w.slice(s.x(i), 0, direction, 1), dims) : s.w.zeros(dims);
}

export const recurrentExpansions: readonly (readonly [string, Expansion])[] = [
  ["RNN", unrolled({ gates: 1, states: 1, usual: ["Tanh"], cell: rnn })],
  ["LSTM", unrolled({ gates: 4, states: 2, usual: ["Sigmoid", "Tanh", "Tanh"], cell: lstm })],
  ["GRU", unrolled({ gates: 3, states: 1, usual: ["Sigmoid", "Tanh"], cell: gru })],
];
