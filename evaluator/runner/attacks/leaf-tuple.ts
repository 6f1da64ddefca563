// Zhang, Zhang and Hsieh, "An efficient adversarial attack for tree ensembles", NeurIPS 2020,
// https://arxiv.org/abs/2010.11598
import type { Asking, Attack, Ball, Outcome, Task } from "#evaluator/runner/attacks/attack.ts";
import { confirm } from "#evaluator/runner/attacks/confirm.ts";
import { LeafTuple } from "#evaluator/runner/attacks/leaf-tuple-box.ts";
import { leavesOf, type TreeEnsemble, type Trees } from "#evaluator/runner/attacks/trees.ts";

export interface LeafTupleOptions {
  /** Wrong inputs that a search starts from. */
  starts?: number;
}

/** Random inputs tried for each start. */
const TRIES = 50;
/** Leaves looked at in the search from one start, at most: a bound on its time for large ensembles. */
const MOST_LEAVES = 500_000;
/** Halvings of the line from the clean input to a start. */
const HALVINGS = 20;

/**
 * LT-attack on a tree ensemble, whose gradient is zero everywhere: from a wrong input it changes one tree's leaf at a
 * time, to whatever leaf brings the box of all leaves nearest to the clean input while the answer stays wrong. Any norm;
 * asks the model only to confirm. Its outcome's distance is that of the nearest box that it found.
 */
export function leafTuple(ensemble: TreeEnsemble, options: LeafTupleOptions = {}): Attack {
  const { starts = 20 } = options;
  let known: { arena: Ball; trees: Trees | null } | undefined;
  const treesOf = (arena: Ball): Trees | null => {
    if (known?.arena !== arena) known = { arena, trees: leavesOf(ensemble, arena.classes, arena) };
    return known.trees;
  };
  return {
    name: "LT-Attack",
    asks: "labels",
    applies: (arena) => treesOf(arena) !== null,
    run: (task) => search(task, treesOf(task.arena)!, starts),
  };
}

function* search(task: Task, trees: Trees, starts: number): Asking<Outcome> {
  const outcome: Outcome = { example: null, margin: Number.NEGATIVE_INFINITY, distance: Number.POSITIVE_INFINITY };
  for (let start = 0; start < starts; start++) {
    const x = wrongInput(task, trees, task.starts[start]);
    if (!x) continue;
    const tuple = new LeafTuple(trees, task, x);
    while (tuple.lookedAt < MOST_LEAVES && tuple.improve());
    if (tuple.length < outcome.distance!) {
      outcome.distance = tuple.length;
      outcome.margin = tuple.margin();
      if (tuple.length <= task.arena.epsilon * (1 + 1e-9)) outcome.example = yield* confirm(task, tuple.nearest());
    }
    if (outcome.example) return outcome;
  }
  return outcome;
}

/** An input that the ensemble gets wrong, pulled towards the clean input by bisection: `given`, or a random one. */
function wrongInput(task: Task, trees: Trees, given?: Float32Array): Float32Array | null {
  const { clean, random, arena } = task;
  const [low, high] = arena.range;
  const wrong = (x: Float32Array) => new LeafTuple(trees, task, x).isWrong();
  const inside = (x: Float32Array) => x.map((value) => Math.min(Math.max(value, low), high));
  let x = given && inside(given);
  for (let tried = 0; tried < TRIES && !(x && wrong(x)); tried++) {
    // Normal noise of a random size first, as the paper does; then anything in the range.
    const noise = new Float32Array(clean.length);
    random.fillNormal(noise);
    const size = random.uniform() * (high - low);
    x = inside(clean.map((value, i) => value + size * noise[i]!));
    if (tried % 2 === 1) random.fillUniform(x, low, high);
  }
  if (!x || !wrong(x)) return null;
  const far = x;
  let [below, above] = [0, 1];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (below + above) / 2;
    const between = clean.map((value, i) => value + middle * (far[i]! - value));
    if (wrong(between)) {
      above = middle;
      x = between;
    } else below = middle;
  }
  return x;
}
