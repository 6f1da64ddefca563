import type { Attribute, Model, Node, Tensor, ValueInfo } from "#onnx/model.ts";
import {
  bytes,
  type Chunks,
  chunks,
  float,
  joined,
  message,
  number,
  packedFloats,
  packedInts,
  text,
  textAlways,
} from "#onnx/wire-write.ts";

/**
 * The model as the bytes of an .onnx file. Deterministic: equal models give equal bytes, attributes are sorted by
 * name, tensors are stored raw and little-endian, trailing left-out inputs are dropped, so that
 * encode(decode(encode(m))) equals encode(m). Expects a model without external data (merge it first).
 */
export function encode(model: Model): Uint8Array<ArrayBuffer> {
  const file = chunks();
  if (model.irVersion !== 0) number(file, 1, model.irVersion);
  const domains = [...model.opsets].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [domain, version] of domains) {
    const opset = chunks();
    text(opset, 1, domain);
    number(opset, 2, version);
    message(file, 8, opset);
  }
  message(file, 7, graphChunks(model));
  return joined(file);
}

function graphChunks({ graph }: Model): Chunks {
  const out = chunks();
  for (const node of graph.nodes) message(out, 1, nodeChunks(node));
  text(out, 2, "graph");
  for (const [name, tensor] of graph.initializers) message(out, 5, tensorChunks(tensor, name));
  for (const value of graph.inputs) message(out, 11, valueChunks(value));
  for (const value of graph.outputs) message(out, 12, valueChunks(value));
  return out;
}

function nodeChunks(node: Node): Chunks {
  const out = chunks();
  for (const name of withoutTrailingEmpty(node.inputs)) textAlways(out, 1, name);
  for (const name of withoutTrailingEmpty(node.outputs)) textAlways(out, 2, name);
  text(out, 3, node.name);
  text(out, 4, node.op);
  const attributes = [...node.attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, attribute] of attributes) message(out, 5, attributeChunks(name, attribute));
  text(out, 7, node.domain);
  return out;
}

/** Names without the empty ones at their end (an optional input that is left out). */
export function withoutTrailingEmpty(names: readonly string[]): readonly string[] {
  let length = names.length;
  while (length > 0 && names[length - 1] === "") length--;
  return names.slice(0, length);
}

function attributeChunks(name: string, attribute: Attribute): Chunks {
  const out = chunks();
  text(out, 1, name);
  const { kind, value } = attribute;
  if (kind === "f") float(out, 2, value);
  else if (kind === "i") number(out, 3, value);
  else if (kind === "s") textAlways(out, 4, value);
  else if (kind === "t") message(out, 5, tensorChunks(value, ""));
  else if (kind === "F") packedFloats(out, 7, value);
  else if (kind === "I") packedInts(out, 8, value);
  else if (kind === "S") for (const item of value) textAlways(out, 9, item);
  else throw new Error(`A model with ${value} in an attribute cannot be written.`);
  number(out, 20, { f: 1, i: 2, s: 3, t: 4, F: 6, I: 7, S: 8 }[kind]);
  return out;
}

function tensorChunks(tensor: Tensor, name: string): Chunks {
  const out = chunks();
  packedInts(out, 1, BigInt64Array.from(tensor.dims, BigInt));
  number(out, 2, tensor.type);
  text(out, 8, name);
  bytes(out, 9, tensor.data);
  return out;
}

function valueChunks(value: ValueInfo): Chunks {
  const out = chunks();
  text(out, 1, value.name);
  if (value.type === 0) return out;
  const tensor = chunks();
  number(tensor, 1, value.type);
  if (value.dims) message(tensor, 2, shapeChunks(value.dims));
  const type = chunks();
  message(type, 1, tensor);
  message(out, 2, type);
  return out;
}

function shapeChunks(dims: (number | string | null)[]): Chunks {
  const out = chunks();
  for (const size of dims) {
    const dim = chunks();
    if (typeof size === "number") number(dim, 1, size);
    else if (size !== null) text(dim, 2, size);
    message(out, 1, dim);
  }
  return out;
}
