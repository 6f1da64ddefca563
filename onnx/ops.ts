import { mlOps, standardOps } from "#onnx/signatures.ts";

export type AttributeKind = "i" | "f" | "s" | "t" | "I" | "F" | "S";

/** How an operator may be used in a range of opset versions. Counts are inclusive. */
export interface Signature {
  since: number;
  until: number;
  inputs: [number, number];
  outputs: [number, number];
  attributes: Map<string, { kind: AttributeKind; required: boolean }>;
}

export const mlDomain = "ai.onnx.ml";

/** The opset versions that are admitted, by domain. The runtime's newest (1.30) and the oldest with today's broadcasting. */
export const opsetRange: ReadonlyMap<string, [number, number]> = new Map([
  ["", [7, 26]],
  [mlDomain, [1, 5]],
]);

const tables: ReadonlyMap<string, Map<string, Signature[]>> = new Map([
  ["", parsed(standardOps)],
  [mlDomain, parsed(mlOps)],
]);

/** Every admitted signature of an operator, oldest first; undefined when no version of it is admitted. */
export function signaturesOf(domain: string, op: string): Signature[] | undefined {
  return tables.get(domain)?.get(op);
}

/** Why an operator that ONNX has is not admitted: code and sentence, by name. */
export const refusedOps: ReadonlyMap<string, { code: string; why: string }> = new Map([
  ...reason("op-control-flow", "If Loop Scan SequenceMap", "control flow can run for ever and is not evaluated"),
  ...reason(
    "op-no-tensor",
    `Optional OptionalGetElement OptionalHasElement SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert
     SequenceLength ConcatFromSequence SplitToSequence CastMap DictVectorizer`,
    "sequences, maps and optional values are not evaluated, only tensors",
  ),
  ...reason(
    "op-string",
    "StringConcat StringNormalizer StringSplit RegexFullMatch TfIdfVectorizer CategoryMapper",
    "text has no place in a classifier of arrays",
  ),
  ...reason("op-multinomial", "Multinomial", "its draws cannot be made repeatable; use RandomUniform and ArgMax"),
]);

function reason(code: string, ops: string, why: string): [string, { code: string; why: string }][] {
  return ops.split(/\s+/).map((op) => [op, { code, why }]);
}

/** Operators that draw random numbers (Dropout only in training mode, which randomness.ts decides). */
export const randomOps: ReadonlySet<string> = new Set([
  "RandomNormal",
  "RandomNormalLike",
  "RandomUniform",
  "RandomUniformLike",
  "Bernoulli",
]);

function parsed(table: string): Map<string, Signature[]> {
  const ops = new Map<string, Signature[]>();
  for (const line of table.trim().split("\n")) {
    const [name, versions, inputs, outputs, ...attributes] = line.split(" ") as [string, string, string, string];
    const [since, until] = range(versions);
    const signature = { since, until, inputs: range(inputs), outputs: range(outputs), attributes: new Map() };
    for (const attribute of attributes as string[]) {
      const [key, kind] = attribute.split(":") as [string, string];
      signature.attributes.set(key, { kind: kind[0] as AttributeKind, required: kind.endsWith("!") });
    }
    ops.set(name, [...(ops.get(name) ?? []), signature]);
  }
  return ops;
}

/** "2-3", "2" or "2-*". */
function range(text: string): [number, number] {
  const [low, high = low] = text.split("-") as [string, string?];
  return [Number(low), high === "*" ? Number.POSITIVE_INFINITY : Number(high)];
}
