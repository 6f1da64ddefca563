import { axisOf, NoRule, type Rule, type Site } from "#onnx/gradient-site.ts";
import { intAttribute, intsAttribute, stringAttribute } from "#onnx/model.ts";

const reshaped: Rule = (s) => [s.w.reshape(s.g(), s.dims())];

const transpose: Rule = (s) => {
  const perm = intsAttribute(s.node, "perm") ?? [...s.dims().keys()].reverse();
  return [
    s.w.transpose(
      s.g(),
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ];
};

const concat: Rule = (s) => {
  const axis = axisOf(intAttribute(s.node, "axis", 0), s.made().length);
  let at = 0;
  return s.node.inputs.map((_, i) => {
    const length = s.dims(i)[axis]!;
    at += length;
    return s.wants(i) ? s.w.slice(s.g(), axis, at - length, length) : undefined;
  });
};

const split: Rule = (s) => {
  const axis = axisOf(intAttribute(s.node, "axis", 0), s.dims().length);
  return [
    s.w.concat(
      s.node.outputs.map((_, i) => s.g(i)),
      axis,
    ),
  ];
};

/** Repeats lie apart by the tensor's own size: their sum. */
const tile: Rule = (s) => {
  const { w } = s;
  const pairs = s.dims().flatMap((size, axis) => [size === 0 ? 1 : s.made()[axis]! / size, size]);
  const apart = w.reshape(s.g(), pairs);
  return [
    w.reshape(
      w.sum(
        apart,
        [...s.dims().keys()].map((axis) => 2 * axis),
      ),
      s.dims(),
    ),
  ];
};

/** Cells added to each axis; negative numbers take away. */
export function padsOf(s: Site): { before: number[]; after: number[] } {
  const rank = s.dims().length;
  const pads = s.values(1);
  const given = s.has(3) ? s.values(3) : [...s.dims().keys()];
  if (!pads || !given) throw new NoRule("pads that are not constant");
  const before = Array<number>(rank).fill(0);
  const after = Array<number>(rank).fill(0);
  for (const [i, axis] of given.map((axis) => axisOf(axis, rank)).entries()) {
    before[axis] = pads[i] ?? 0;
    after[axis] = pads[i + given.length] ?? 0;
  }
  return { before, after };
}

/** Blocks of b x b cells to channels and back, as one permutation of [N, C, h, b, w, b]. */
function blocks(s: Site, plane: readonly number[]): { b: number; cells: number[]; crd: boolean } {
  const b = intAttribute(s.node, "blocksize", 1);
  const [n, c, h, w] = plane as [number, number, number, number];
  return { b, cells: [n, c, h / b, b, w / b, b], crd: stringAttribute(s.node, "mode", "DCR") === "CRD" };
}

const depthToSpace: Rule = (s) => {
  const { cells, crd } = blocks(s, s.made());
  const apart = s.w.reshape(s.g(), cells);
  return [s.w.reshape(s.w.transpose(apart, crd ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]), s.dims())];
};

const spaceToDepth: Rule = (s) => {
  const { cells } = blocks(s, s.dims());
  const [n, c, h, b, w] = cells as [number, number, number, number, number];
  const apart = s.w.reshape(s.g(), [n, b, b, c, h, w]);
  return [s.w.reshape(s.w.transpose(apart, [0, 3, 4, 1, 5, 2]), s.dims())];
};

const trilu: Rule = (s) => [
  s.w.op("Trilu", [s.g(), ...s.node.inputs.slice(1)], { upper: intAttribute(s.node, "upper", 1) }, s.dims()),
];

/** Derivatives of operators that move, repeat or leave out elements. */
export const moveRules: readonly (readonly [string, Rule])[] = [
  ...["Reshape", "Flatten", "Squeeze", "Unsqueeze"].map((op) => [op, reshaped] as const),
  // The walk sums over what was expanded.
  ["Expand", (s) => [s.g()]],
  ["Transpose", transpose],
  ["Concat", concat],
  ["Split", split],
  ["Tile", tile],
  ["DepthToSpace", depthToSpace],
  ["SpaceToDepth", spaceToDepth],
  ["Trilu", trilu],
];
