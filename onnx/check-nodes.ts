import type { Problem } from "#contest/problem.ts";
import { allowed, typeAttributes } from "#onnx/attribute-ranges.ts";
import { withoutTrailingEmpty } from "#onnx/encode.ts";
import { type Attribute, elementName, elementSize, intAttribute, type Model, type Node } from "#onnx/model.ts";
import { mlDomain, opsetRange, refusedOps, type Signature, signaturesOf } from "#onnx/ops.ts";
import { problem, shown } from "#onnx/refuse.ts";

/** Problems of the nodes one by one: operator, version, number of inputs and outputs, attributes. */
export function checkNode(model: Model, node: Node, where: string): Problem[] {
  const signature = signatureOf(model, node, where);
  if ("code" in signature) return [signature];
  const problems = [...checkArity(node, signature, where), ...checkAttributes(node, signature, where)];
  const batch = batchDependence(node);
  if (batch) problems.push(problem("batch-dependent-op", batch, { where, fix: "Export the model in eval mode." }));
  return problems;
}

function signatureOf(model: Model, node: Node, where: string): Signature | Problem {
  const name = node.domain ? `${node.domain}.${node.op}` : node.op;
  const refused = node.domain === "" || node.domain === mlDomain ? refusedOps.get(node.op) : undefined;
  if (refused)
    return problem(refused.code, `Operator ${node.op} is not admitted: ${refused.why}.`, { where, found: name });
  if (!opsetRange.has(node.domain))
    return problem("custom-domain", `Operator ${shown(name)} is not one of ONNX's own.`, {
      where,
      expected: "operators of ai.onnx and ai.onnx.ml",
      found: name,
      fix: "Export with standard operators only, and without runtime-specific optimisation.",
    });
  const versions = signaturesOf(node.domain, node.op);
  if (!versions) return problem("op-unknown", `Operator ${shown(name)} is not admitted.`, { where, found: name });
  const opset = model.opsets.get(node.domain);
  if (opset === undefined)
    return problem("opset-missing", `The model uses ${name} but imports no version of its operators.`, { where });
  const signature = versions.find((s) => s.since <= opset && opset <= s.until);
  return (
    signature ??
    problem("op-not-in-opset", `Operator ${name} does not exist in opset ${opset}.`, {
      where,
      expected: versions.map((s) => `${s.since} to ${s.until}`).join(" or "),
      found: `opset ${opset}`,
    })
  );
}

function checkArity(node: Node, signature: Signature, where: string): Problem[] {
  const problems: Problem[] = [];
  for (const side of ["inputs", "outputs"] as const) {
    const [low, high] = signature[side];
    const names = withoutTrailingEmpty(node[side]);
    if (names.length < low || names.length > high || (side === "inputs" && names.slice(0, low).includes("")))
      problems.push(
        problem("op-arity", `${node.op} has the wrong number of ${side}.`, {
          where,
          expected: low === high ? String(low) : `${low} to ${high === Number.POSITIVE_INFINITY ? "any" : high}`,
          found: String(names.length),
        }),
      );
  }
  return problems;
}

function checkAttributes(node: Node, signature: Signature, where: string): Problem[] {
  const problems: Problem[] = [];
  for (const [name, attribute] of node.attributes) {
    const declared = signature.attributes.get(name);
    const place = { where, found: `${node.op}.${name}` };
    if (!declared)
      problems.push(problem("attribute-unknown", `${node.op} has no attribute ${shown(name)} in this opset.`, place));
    else if (declared.kind !== attribute.kind)
      problems.push(problem("attribute-kind", `Attribute ${name} of ${node.op} is of the wrong kind.`, place));
    else problems.push(...checkValue(node, name, attribute, where));
  }
  for (const [name, { required }] of signature.attributes)
    if (required && !node.attributes.has(name))
      problems.push(problem("attribute-missing", `${node.op} lacks its attribute ${name}.`, { where }));
  if (node.op === "Constant" && node.attributes.size !== 1)
    problems.push(problem("attribute-missing", "A Constant needs exactly one value.", { where }));
  return problems;
}

function checkValue(node: Node, name: string, attribute: Attribute, where: string): Problem[] {
  const wrong = wrongValue(node, name, attribute);
  if (wrong === undefined) return [];
  return [
    problem("attribute-range", `Attribute ${name} of ${node.op} is out of range.`, {
      where,
      expected: wrong.expected,
      found: wrong.found,
    }),
  ];
}

interface Wrong {
  expected: string;
  found: string;
}

const longLists: ReadonlySet<string> = new Set(["value_ints", "split"]);

function wrongValue({ op, domain }: Node, name: string, attribute: Attribute): Wrong | undefined {
  if (attribute.kind === "i" && typeAttributes.has(name)) return wrongType(Number(attribute.value));
  if (attribute.kind === "f" || attribute.kind === "F") return wrongFloat(name, attribute.value);
  const longest = 64; // of a list about axes or sizes; the lists of ai.onnx.ml are the model itself
  if (attribute.kind === "I" && !longLists.has(name) && domain === "" && attribute.value.length > longest)
    return { expected: `at most ${longest} entries`, found: `${attribute.value.length} entries` };
  const bounds = allowed(op, name);
  if (!bounds) return undefined;
  if ("from" in bounds) {
    const numbers = attribute.kind === "i" ? [attribute.value] : attribute.kind === "I" ? attribute.value : [];
    const { from, to } = bounds;
    for (const value of numbers)
      if (value < from || value > to) return { expected: `${from} to ${to}`, found: String(value) };
    return undefined;
  }
  const words = attribute.kind === "s" ? [attribute.value] : attribute.kind === "S" ? attribute.value : [];
  const stranger = words.find((word) => !bounds.includes(word));
  return stranger === undefined ? undefined : { expected: bounds.join(", "), found: stranger };
}

function wrongType(type: number): Wrong | undefined {
  return type === 0 || elementSize(type) !== undefined
    ? undefined
    : { expected: "a plain number type or bool", found: elementName(type) };
}

/** NaN is meant only where it stands for "missing" (Imputer). */
function wrongFloat(name: string, value: number | Float32Array): Wrong | undefined {
  if (name === "replaced_value_float") return undefined;
  const bad = typeof value === "number" ? Number.isNaN(value) : value.some(Number.isNaN);
  return bad ? { expected: "no NaN", found: "NaN" } : undefined;
}

/** Batch normalisation with the statistics of the batch: an answer would depend on its neighbours. */
function batchDependence(node: Node): string | undefined {
  if (node.op !== "BatchNormalization" || node.domain !== "") return undefined;
  const training = intAttribute(node, "training_mode", 0) !== 0 || withoutTrailingEmpty(node.outputs).length > 1;
  return training
    ? "BatchNormalization is in training mode: answers would depend on the rest of the batch."
    : undefined;
}
