import { contracted, selection } from "#onnx/gradient-rules/probe.ts";
import { axisOf, NoRule, type Rule, type Site } from "#onnx/gradient-site.ts";
import { elementCount, intAttribute, stringAttribute } from "#onnx/model.ts";

/** Elements of a selection matrix that is still faster than scattering. */
const smallMatrix = 2 ** 16;

/** The adjoint of taking whole slices out of one axis, at indices of any shape. */
function taken(s: Site, axis: number, indices: string, constant: readonly number[] | undefined): string {
  const { w } = s;
  const dims = s.dims();
  const size = dims[axis]!;
  const count = elementCount([...w.dims(indices)]);
  const line = w.reshape(
    s.g(),
    dims.map((n, i) => (i === axis ? count : n)),
  );
  if (constant?.length === 1) {
    const at = constant[0]! < 0 ? constant[0]! + size : constant[0]!;
    const around = (n: number) => dims.map((_, i) => (i === axis ? n : 0));
    return w.pad(line, around(at), around(size - 1 - at));
  }
  if (constant && count * size <= smallMatrix) return contracted(w, line, axis, selection(w, size, constant));
  const places = w.reshape(
    indices,
    dims.map((_, i) => (i === axis ? count : 1)),
  );
  return scattered(s, w.expand(places, w.dims(line)), line, axis);
}

/** Adds elements to zeros of the operand's shape. */
function scattered(s: Site, places: string, elements: string, axis: number): string {
  const inputs = [s.w.zeros(s.dims()), places, elements];
  return s.w.op("ScatterElements", inputs, { axis, reduction: "add" }, s.dims());
}

const gather: Rule = (s) => {
  const axis = axisOf(intAttribute(s.node, "axis", 0), s.dims().length);
  return [taken(s, axis, s.node.inputs[1]!, s.values(1))];
};

/** Whole slices where a constant condition holds; without an axis, of the flattened tensor. */
const compress: Rule = (s) => {
  const condition = s.values(1);
  const kept = condition?.flatMap((value, i) => (value ? [i] : []));
  if (!kept || !s.node.attributes.has("axis")) throw new NoRule("a condition that is computed");
  const axis = axisOf(intAttribute(s.node, "axis", 0), s.dims().length);
  return [taken(s, axis, s.w.ints(kept), kept)];
};

const gatherElements: Rule = (s) => {
  const axis = axisOf(intAttribute(s.node, "axis", 0), s.dims().length);
  return [scattered(s, s.node.inputs[1]!, s.g(), axis)];
};

/** Indices [..., r] into the whole tensor: leading batch axes become indices too. */
function wholeIndices(s: Site): string {
  const { w } = s;
  const batch = intAttribute(s.node, "batch_dims", 0);
  const indices = s.node.inputs[1]!;
  if (batch === 0) return indices;
  if (batch >= s.dims().length) throw new NoRule(`batch_dims ${batch}`);
  const dims = [...w.dims(indices).slice(0, -1), 1];
  const numbers = Array.from({ length: batch }, (_, axis) => {
    const shape = dims.map((n, i) => (i === axis ? n : 1));
    return w.expand(
      w.indices(shape, (i) => i),
      dims,
    );
  });
  return w.concat([...numbers, indices], dims.length - 1);
}

const gatherNd: Rule = (s) => {
  const inputs = [s.w.zeros(s.dims()), wholeIndices(s), s.g()];
  return [s.w.op("ScatterND", inputs, { reduction: "add" }, s.dims())];
};

interface Scatter {
  read: (from: string) => string;
  write: (into: string, values: string) => string;
}

/** Data and updates: what was overwritten lost its influence; of a maximum both have it where they are the result. */
function scatter(s: Site, { read, write }: Scatter): (string | undefined)[] {
  const { w } = s;
  const updates = read(s.g());
  const reduction = stringAttribute(s.node, "reduction", "none");
  if (reduction === "none") return [write(s.g(), w.zeros(s.dims(2))), undefined, updates];
  if (reduction === "add") return [s.g(), undefined, updates];
  if (reduction === "mul") throw new NoRule("products");
  const kept = w.where(w.op("Equal", [s.x(0), s.y()]), s.g(), 0);
  return [kept, undefined, w.where(w.op("Equal", [s.x(2), read(s.y())]), updates, 0)];
}

const scatterElements: Rule = (s) => {
  const axis = axisOf(intAttribute(s.node, "axis", 0), s.dims().length);
  const places = s.node.inputs[1]!;
  return scatter(s, {
    read: (from) => s.w.op("GatherElements", [from, places], { axis }, s.dims(2)),
    write: (into, values) => s.w.op("ScatterElements", [into, places, values], { axis }, s.dims(0)),
  });
};

const scatterNd: Rule = (s) => {
  const places = s.node.inputs[1]!;
  return scatter(s, {
    read: (from) => s.w.op("GatherND", [from, places], {}, s.dims(2)),
    write: (into, values) => s.w.op("ScatterND", [into, places, values], {}, s.dims(0)),
  });
};

/** To the elements that the operator says it took. */
const topK: Rule = (s) => {
  const axis = axisOf(intAttribute(s.node, "axis", -1), s.dims().length);
  return [scattered(s, s.node.outputs[1]!, s.g(), axis)];
};

const maxUnpool: Rule = (s) => {
  const { w } = s;
  const flat = w.reshape(s.g(), [elementCount([...s.made()])]);
  const places = w.reshape(s.node.inputs[1]!, [elementCount([...s.dims()])]);
  return [w.reshape(w.op("GatherElements", [flat, places], { axis: 0 }, w.dims(places)), s.dims())];
};

const slice: Rule = (s) => {
  const { w } = s;
  const rank = s.dims().length;
  const [starts, ends] = [s.values(1), s.values(2)];
  const axes = s.has(3) ? s.values(3) : starts && [...starts.keys()];
  const steps = s.has(4) ? s.values(4) : starts?.map(() => 1);
  if (!starts || !ends || !axes || !steps) throw new NoRule("a slice that is not constant");
  const [before, after] = [Array<number>(rank).fill(0), Array<number>(rank).fill(0)];
  let adjoint = s.g();
  for (const [i, given] of axes.entries()) {
    const axis = axisOf(given, rank);
    const [size, made, step] = [s.dims()[axis]!, s.made()[axis]!, steps[i]!];
    const first = firstOf(starts[i]!, size, step);
    if (step === 1) {
      before[axis] = first;
      after[axis] = size - first - made;
      continue;
    }
    if (made > size) throw new NoRule(`a slice of ${made} out of ${size}`);
    const indices = Array.from({ length: made }, (_, at) => first + at * step);
    adjoint = contracted(w, adjoint, axis, selection(w, size, indices));
  }
  return [w.pad(adjoint, before, after)];
};

function firstOf(start: number, size: number, step: number): number {
  const from = start < 0 ? start + size : start;
  return step > 0 ? Math.min(Math.max(from, 0), size) : Math.min(Math.max(from, 0), size - 1);
}

const reverseSequence: Rule = (s) => {
  const { node, w } = s;
  const attributes = { batch_axis: intAttribute(node, "batch_axis", 1), time_axis: intAttribute(node, "time_axis", 0) };
  return [w.op("ReverseSequence", [s.g(), node.inputs[1]!], attributes, s.dims())];
};

/** Crops and pads around the middle; an odd cell goes to the end. */
const centerCropPad: Rule = (s) => {
  const change = s.dims().map((size, axis) => size - s.made()[axis]!);
  const before = change.map((n) => Math.trunc(n / 2));
  return [
    s.w.pad(
      s.g(),
      before.map((n, axis) => (change[axis]! >= 0 ? n : -Math.floor(-change[axis]! / 2))),
      change.map((n, axis) => (n >= 0 ? n - before[axis]! : n + Math.floor(-n / 2))),
    ),
  ];
};

/** Derivatives of operators that take elements at indices or put them there. */
export const pickRules: readonly (readonly [string, Rule])[] = [
  ["Gather", gather],
  ["GatherElements", gatherElements],
  ["GatherND", gatherNd],
  ["ScatterElements", scatterElements],
  ["ScatterND", scatterNd],
  ["Compress", compress],
  ["TopK", topK],
  ["MaxUnpool", maxUnpool],
  ["Slice", slice],
  ["ReverseSequence", reverseSequence],
  ["CenterCropPad", centerCropPad],
];
