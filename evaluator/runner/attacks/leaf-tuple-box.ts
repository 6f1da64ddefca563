import type { Task } from "#evaluator/runner/attacks/attack.ts";
import type { Leaf, Trees } from "#evaluator/runner/attacks/trees.ts";

/** The two tightest bounds on a feature, and the tree that sets the first: what is left when that tree changes. */
interface Bound {
  first: number;
  second: number;
  tree: number;
}

/**
 * One leaf of each tree, the box of inputs that reach them all, and the nearest of these to the clean input. The box is
 * never empty.
 */
export class LeafTuple {
  private readonly trees: Trees;
  private readonly task: Task;
  readonly leaves: Leaf[];
  private readonly scores: Float64Array;
  private readonly lows = new Map<number, Bound>();
  private readonly highs = new Map<number, Bound>();
  /** The features that the box moves away from the clean input, the furthest first. */
  private moved: { feature: number; change: number }[] = [];
  /** Leaves that improving has looked at. */
  lookedAt = 0;
  /** Distance of the box from the clean input in the arena's norm. */
  length = 0;

  constructor(trees: Trees, task: Task, x: Float32Array) {
    this.trees = trees;
    this.task = task;
    this.leaves = trees.trees.map((leaves) => leafAt(leaves, roundedTo(x, task)));
    this.scores = trees.base.slice();
    for (const { weights } of this.leaves) for (let k = 0; k < weights.length; k++) this.scores[k]! += weights[k]!;
    this.measure();
  }

  isWrong(): boolean {
    return answer(this.scores) !== this.task.label;
  }

  margin(): number {
    const others = this.scores.filter((_, k) => k !== this.task.label);
    return Math.max(...others) - this.scores[this.task.label]!;
  }

  /** The input of the box that is nearest to the clean one. */
  nearest(): Float32Array {
    const x = Float32Array.from(this.task.clean);
    for (const { feature } of this.moved) x[feature] = this.clipped(feature, -1);
    return x;
  }

  /** Changes the one leaf that brings the box nearest while the answer stays wrong; false where none brings it nearer. */
  improve(): boolean {
    let best: { tree: number; leaf: Leaf; length: number; squares: number } | undefined;
    const now = { length: this.length, squares: this.squaresWithout(new Set()) };
    for (let tree = 0; tree < this.leaves.length; tree++) {
      if (!this.bindsOn(tree)) continue;
      this.lookedAt += this.trees.trees[tree]!.length;
      for (const leaf of this.trees.trees[tree]!) {
        if (leaf === this.leaves[tree] || !this.wrongWith(tree, leaf) || !this.fits(tree, leaf)) continue;
        const reached = this.lengthWith(tree, leaf);
        if (nearer(reached, best ?? now)) best = { tree, leaf, ...reached };
      }
    }
    if (!best) return false;
    const old = this.leaves[best.tree]!;
    for (let k = 0; k < this.scores.length; k++) this.scores[k]! += best.leaf.weights[k]! - old.weights[k]!;
    this.leaves[best.tree] = best.leaf;
    this.measure();
    return true;
  }

  private measure(): void {
    this.lows.clear();
    this.highs.clear();
    for (const [tree, leaf] of this.leaves.entries()) {
      leaf.features.forEach((feature, at) => {
        tighten(this.lows, feature, leaf.lows[at]!, tree, 1);
        tighten(this.highs, feature, leaf.highs[at]!, tree, -1);
      });
    }
    this.moved = [];
    for (const feature of this.lows.keys()) {
      const change = Math.abs(this.clipped(feature, -1) - this.task.clean[feature]!);
      if (change > 0) this.moved.push({ feature, change });
    }
    this.moved.sort((a, b) => b.change - a.change || a.feature - b.feature);
    this.length = this.lengthOf(this.moved.map(({ change }) => change));
  }

  /** The clean value cut to the box, without the bounds of one tree. */
  private clipped(feature: number, without: number): number {
    const low = bound(this.lows.get(feature), without, Number.NEGATIVE_INFINITY);
    const high = bound(this.highs.get(feature), without, Number.POSITIVE_INFINITY);
    return Math.min(Math.max(this.task.clean[feature]!, low), high);
  }

  /** Only a tree whose leaf holds a value away from the clean one can bring the box nearer by changing. */
  private bindsOn(tree: number): boolean {
    return this.moved.some(
      ({ feature }) => this.lows.get(feature)?.tree === tree || this.highs.get(feature)?.tree === tree,
    );
  }

  private wrongWith(tree: number, { weights }: Leaf): boolean {
    const old = this.leaves[tree]!.weights;
    let best = 0;
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < weights.length; k++) {
      const score = this.scores[k]! - old[k]! + weights[k]!;
      if (score > top) [best, top] = [k, score];
    }
    return best !== this.task.label;
  }

  /** Whether the box of the other trees' leaves meets this leaf. */
  private fits(tree: number, { features, lows, highs }: Leaf): boolean {
    return features.every((feature, at) => {
      const low = Math.max(lows[at]!, bound(this.lows.get(feature), tree, Number.NEGATIVE_INFINITY));
      return low <= Math.min(highs[at]!, bound(this.highs.get(feature), tree, Number.POSITIVE_INFINITY));
    });
  }

  /** The distance after the change: only values that the old or the new leaf bounds can differ. */
  private lengthWith(tree: number, leaf: Leaf): { length: number; squares: number } {
    const { clean } = this.task;
    const touched = new Set([...this.leaves[tree]!.features, ...leaf.features]);
    const changes: number[] = [];
    let squares = this.squaresWithout(touched);
    for (const feature of touched) {
      const at = leaf.features.indexOf(feature);
      const low = Math.max(
        at < 0 ? Number.NEGATIVE_INFINITY : leaf.lows[at]!,
        bound(this.lows.get(feature), tree, Number.NEGATIVE_INFINITY),
      );
      const high = Math.min(
        at < 0 ? Number.POSITIVE_INFINITY : leaf.highs[at]!,
        bound(this.highs.get(feature), tree, Number.POSITIVE_INFINITY),
      );
      const change = Math.abs(Math.min(Math.max(clean[feature]!, low), high) - clean[feature]!);
      if (change > 0) changes.push(change);
      squares += change * change;
    }
    for (const { feature, change } of this.moved) if (!touched.has(feature)) changes.push(change);
    return { length: this.lengthOf(changes), squares };
  }

  private squaresWithout(touched: Set<number>): number {
    return this.moved.reduce((sum, { feature, change }) => (touched.has(feature) ? sum : sum + change * change), 0);
  }

  private lengthOf(changes: number[]): number {
    const { norm } = this.task.arena;
    if (norm === "Linf") return changes.reduce((most, change) => Math.max(most, change), 0);
    if (norm === "L0") return changes.length;
    if (norm === "L1") return changes.reduce((sum, change) => sum + change, 0);
    return Math.sqrt(changes.reduce((sum, change) => sum + change * change, 0));
  }
}

/** What the leaves that a task's clean input reaches answer. */
export function boxAnswer(trees: Trees, task: Task): number {
  const scores = trees.base.slice();
  for (const leaves of trees.trees)
    leafAt(leaves, roundedTo(task.clean, task))?.weights.forEach((weight, k) => {
      scores[k]! += weight;
    });
  return answer(scores);
}

/** Ties to the lowest class, as the evaluator judges. */
function answer(scores: Float64Array): number {
  let best = 0;
  for (let k = 1; k < scores.length; k++) if (scores[k]! > scores[best]!) best = k;
  return best;
}

/** Shorter in the arena's norm, or as long and shorter in the sum of squares: Linf and L0 have many ties. */
function nearer(a: { length: number; squares: number }, b: { length: number; squares: number }): boolean {
  return a.length < b.length - 1e-9 || (a.length < b.length + 1e-9 && a.squares < b.squares - 1e-9);
}

/** Keeps the two tightest bounds: the largest lows (`sense` 1), the smallest highs (-1). */
function tighten(bounds: Map<number, Bound>, feature: number, value: number, tree: number, sense: 1 | -1): void {
  const loosest = -sense * Number.POSITIVE_INFINITY;
  const known = bounds.get(feature) ?? { first: loosest, second: loosest, tree: -1 };
  bounds.set(feature, known);
  if (sense * value > sense * known.first) {
    known.second = known.first;
    known.first = value;
    known.tree = tree;
  } else if (sense * value > sense * known.second) known.second = value;
}

/** The tightest bound that trees other than `without` set. */
function bound(known: Bound | undefined, without: number, none: number): number {
  if (!known) return none;
  return known.tree === without ? known.second : known.first;
}

/** x as the model would see it once judged: on the grid where there is one. */
function roundedTo(x: Float32Array, { arena }: Task): Float32Array {
  const { grid } = arena;
  return grid === null ? x : x.map((value) => Math.round(value * grid) / grid);
}

function leafAt(leaves: Leaf[], x: Float32Array): Leaf {
  return leaves.find(({ features, lows, highs }) =>
    features.every((feature, at) => x[feature]! >= lows[at]! && x[feature]! <= highs[at]!),
  )!;
}
