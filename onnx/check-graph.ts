import type { Problem } from "#contest/problem.ts";
import { checkNode } from "#onnx/check-nodes.ts";
import { checkTensor } from "#onnx/check-tensors.ts";
import type { Model, Node } from "#onnx/model.ts";
import { opsetRange } from "#onnx/ops.ts";
import { problem, shown } from "#onnx/refuse.ts";

const irRange = [3, 13] as const;
const mostProblems = 20;

/** The versions that a model declares, and the parts that no admitted model has. */
export function checkVersions(model: Model): Problem[] {
  const problems: Problem[] = [];
  const [oldest, newest] = irRange;
  if (!(model.irVersion >= oldest && model.irVersion <= newest))
    problems.push(
      problem("ir-version", `The model has IR version ${model.irVersion}.`, {
        expected: `${oldest} to ${newest}`,
        found: String(model.irVersion),
      }),
    );
  for (const [domain, [low, high]] of opsetRange) {
    const version = model.opsets.get(domain);
    if (version !== undefined && !(version >= low && version <= high))
      problems.push(
        problem("opset-version", `The model uses opset ${version} of ${domain || "ai.onnx"}.`, {
          expected: `${low} to ${high}`,
          found: String(version),
          fix: `Export it with opset_version=${Math.min(high, 18)}.`,
        }),
      );
  }
  if (model.unread.has("functions"))
    problems.push(
      problem("functions", "The model defines functions of its own.", { fix: "Export it with them inlined." }),
    );
  if (model.unread.has("training_info"))
    problems.push(
      problem("training-info", "The model carries training information.", { fix: "Export it for inference." }),
    );
  if (model.unread.has("sparse_initializer"))
    problems.push(problem("sparse-weights", "The model has sparse weights.", { fix: "Export them dense." }));
  return problems;
}

/** Where a node is, for a message: its place in the file, operator and name. */
export function nodePlace(node: Node, index: number): string {
  return `node ${index} (${shown(node.op, 40)}${node.name ? ` "${shown(node.name)}"` : ""})`;
}

/**
 * Every weight and node by itself, and the graph as a whole: each tensor is made once, and before it is used. At most
 * 20 problems are reported.
 */
export function checkGraph(model: Model): Problem[] {
  const { graph } = model;
  const problems: Problem[] = [];
  const made = new Set<string>();
  const add = (...found: (Problem | undefined)[]) => problems.push(...found.filter((p) => p !== undefined));
  for (const [name, tensor] of graph.initializers) {
    add(name === "" ? problem("name-missing", "A weight has no name.") : checkTensor(tensor, name));
    made.add(name);
    if (problems.length >= mostProblems) return problems;
  }
  for (const { name } of graph.inputs)
    if (!graph.initializers.has(name)) add(...define(made, name, `input "${shown(name)}"`));
  const later = new Set(graph.nodes.flatMap((node) => node.outputs));
  for (const [index, node] of graph.nodes.entries()) {
    const where = nodePlace(node, index);
    add(...checkNode(model, node, where), ...checkUses(made, later, node, where));
    for (const attribute of node.attributes.values())
      if (attribute.kind === "t") add(checkTensor(attribute.value, node.outputs[0] ?? node.name));
    for (const name of node.outputs) if (name !== "") add(...define(made, name, where));
    if (problems.length >= mostProblems) break;
  }
  return problems.slice(0, mostProblems);
}

function define(made: Set<string>, name: string, where: string): Problem[] {
  if (name === "") return [problem("name-missing", "An input has no name.", { where })];
  if (made.has(name))
    return [problem("duplicate-name", `Two things in the graph have the name "${shown(name)}".`, { where })];
  made.add(name);
  return [];
}

function checkUses(made: Set<string>, later: Set<string>, node: Node, where: string): Problem[] {
  const name = node.inputs.find((input) => input !== "" && !made.has(input));
  if (name === undefined) return [];
  if (later.has(name))
    return [
      problem("graph-not-sorted", `A node uses "${shown(name)}" before it is made; the graph may have a cycle.`, {
        where,
      }),
    ];
  return [problem("input-undefined", `A node uses "${shown(name)}", which nothing makes.`, { where })];
}
