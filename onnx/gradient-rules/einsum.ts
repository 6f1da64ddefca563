import { NoRule, type Rule, type Site } from "#onnx/gradient-site.ts";
import { type Node, stringAttribute } from "#onnx/model.ts";

interface Equation {
  /** Labels of each operand and of the output, "..." replaced by letters of their own. */
  terms: string[];
  result: string;
}

const spare = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ", ..."abcdefghijklmnopqrstuvwxyz"];

/** Reads an equation, explicit or not, for operands of the given ranks. */
function equationOf(node: Node, ranks: readonly number[]): Equation {
  const [left = "", right] = stringAttribute(node, "equation", "").replace(/\s/g, "").split("->");
  const free = spare.filter((letter) => !left.includes(letter));
  const given = left.split(",");
  const widths = given.map((term, i) => (term.includes("...") ? ranks[i]! - (term.length - 3) : 0));
  const widest = Math.max(...widths);
  const dots = free.slice(0, widest).join("");
  // "..." aligns at its end, as broadcasting does.
  const filled = (term: string, width: number) => term.replace("...", dots.slice(dots.length - width));
  const terms = given.map((term, i) => filled(term, widths[i]!));
  const labels = [...given.join("").replace(/\./g, "")];
  const once = labels.filter((label) => labels.indexOf(label) === labels.lastIndexOf(label)).sort();
  return { terms, result: filled(right ?? `...${once.join("")}`, widest) };
}

/** The adjoint of an operand: the equation with operand and output changed over, expanded where only it was summed. */
export const einsum: Rule = (s) => {
  const ranks = s.node.inputs.map((_, i) => s.dims(i).length);
  const { terms, result } = equationOf(s.node, ranks);
  const sizes = new Map<string, number>();
  for (const [i, term] of terms.entries())
    for (const [axis, label] of [...term].entries())
      sizes.set(label, Math.max(sizes.get(label) ?? 1, s.dims(i)[axis]!));
  return terms.map((_, i) => (s.wants(i) ? adjointOf(s, i, terms, result, sizes) : undefined));
};

function adjointOf(s: Site, i: number, terms: string[], result: string, sizes: Map<string, number>): string {
  const { w } = s;
  const term = terms[i]!;
  if (new Set(term).size < term.length || new Set(result).size < result.length) throw new NoRule("a diagonal");
  const others = [...terms.keys()].filter((other) => other !== i);
  const left = [result, ...others.map((other) => terms[other]!)];
  const reachable = [...term].filter((label) => left.some((labels) => labels.includes(label)));
  const dims = reachable.map((label) =>
    Math.max(...left.map((t, k) => sizeIn(s, t, label, k === 0 ? -1 : others[k - 1]!))),
  );
  const inputs = [s.g(), ...others.map((other) => s.x(other))];
  const core = w.op("Einsum", inputs, { equation: `${left.join(",")}->${reachable.join("")}` }, dims);
  const kept = [...term].map((label) => (reachable.includes(label) ? dims[reachable.indexOf(label)]! : 1));
  const full = [...term].map((label, axis) => (reachable.includes(label) ? kept[axis]! : sizes.get(label)!));
  return w.expand(w.reshape(core, kept), full);
}

/** The size of a label in operand `operand` (-1: the output); 1 where it is not. */
function sizeIn(s: Site, term: string, label: string, operand: number): number {
  const axis = term.indexOf(label);
  if (axis < 0) return 1;
  return (operand < 0 ? s.made() : s.dims(operand))[axis]!;
}
