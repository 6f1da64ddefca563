import { dependents } from "#onnx/dependents.ts";
import { type Model, type Node, safe } from "#onnx/model.ts";
import { exposeOutputs } from "#onnx/randomness.ts";

/** Elements that a traced tensor may have to be kept. */
export const keptElements = 1 << 14;

/** How to learn the size and type of every tensor of a model, and the elements of those that do not depend on the input. */
export interface TracePlan {
  /** Puts out every tensor: loaded, not run, for the types. */
  typed: Model;
  /**
   * Puts out the sizes of every tensor, and the tensors that do not depend on the input. To be run without optimisation:
   * the runtime (1.30) answers Shape by inference where it can, and errs on ceiled pools that are padded.
   */
  sized: Model;
  /** Tensor -> the output of `sized` that holds its sizes. */
  sizes: ReadonlyMap<string, string>;
  constants: readonly string[];
}

/** Expects a canonical model, with noises as inputs where it has random operators. */
export function tracePlan(model: Model): TracePlan {
  const { nodes, inputs } = model.graph;
  const names = nodes.flatMap(({ outputs }) => outputs.filter((name) => name !== ""));
  const changing = dependents(nodes, [inputs[0]!.name]);
  const sizes = new Map([...inputs.map(({ name }) => name), ...names].map((name) => [name, `${name}/sizes`]));
  const shapes = [...sizes].map(
    ([name, size]): Node => ({
      name: "",
      domain: "",
      op: "Shape",
      inputs: [name],
      outputs: [size],
      attributes: new Map(),
    }),
  );
  const constants = names.filter((name) => !changing.has(name));
  const sized = { ...model, graph: { ...model.graph, nodes: [...nodes, ...shapes] } };
  return {
    typed: exposeOutputs(model, names),
    sized: exposeOutputs(sized, [...sizes.values(), ...constants]),
    sizes,
    constants,
  };
}

/** Elements as plain numbers. */
export function plainNumbers(data: ArrayLike<number | bigint | boolean>): number[] {
  return Array.from(data, (value) => (typeof value === "bigint" ? safe(value) : Number(value)));
}
