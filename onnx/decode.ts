import { readAttribute } from "#onnx/decode-attribute.ts";
import { readTensor } from "#onnx/decode-tensor.ts";
import { defaultLimits, type Limits } from "#onnx/limits.ts";
import { type Graph, type Model, type Node, safe, type ValueInfo } from "#onnx/model.ts";
import { code, expectWire, int64, type Source, sourceOf, spend, text, unknownField } from "#onnx/read.ts";
import { attempt, type Outcome, refuse, shown } from "#onnx/refuse.ts";
import { type Field, fields } from "#onnx/wire.ts";

/**
 * Reads the bytes of an .onnx file (ModelProto of onnx.proto, IR 3 to 13) as plain data. Documentation, metadata,
 * producer and declared inner shapes are dropped; graphs inside attributes and local functions are named, not read.
 * Tensor data are views of `bytes` where the file holds them raw. Nothing is checked but what reading needs
 * (check.ts does the rest). Time and memory are bounded by `limits` and the length of `bytes`.
 */
export function decode(bytes: Uint8Array, limits: Limits = defaultLimits): Outcome<{ model: Model }> {
  return attempt(() => {
    if (bytes.length === 0)
      refuse("model-empty", "The file is empty.", { fix: "Upload the .onnx file that the exporter wrote." });
    if (bytes.length > limits.bytes)
      refuse("model-too-large", "The model is larger than this challenge takes.", {
        expected: `at most ${limits.bytes} bytes`,
        found: `${bytes.length} bytes`,
      });
    refuseOtherFormats(bytes);
    return { model: readModel(sourceOf(bytes, limits)) };
  });
}

const formats: [string, number[]][] = [
  ["a zip archive, such as a PyTorch checkpoint (.pt)", [0x50, 0x4b, 3, 4]],
  ["an HDF5 file, such as a Keras model (.h5)", [0x89, 0x48, 0x44, 0x46]],
  ["a Python pickle", [0x80, 2]],
  ["a Python pickle", [0x80, 4]],
  ["a NumPy array", [0x93, 0x4e, 0x55, 0x4d]],
];

function refuseOtherFormats(bytes: Uint8Array): void {
  const format = formats.find(([, magic]) => magic.every((byte, i) => bytes[i] === byte));
  if (format)
    refuse("model-not-onnx", `This is ${format[0]}, not an ONNX model.`, {
      fix: "Export the model with torch.onnx.export, skl2onnx or tf2onnx and upload the .onnx file.",
    });
}

const modelExtras = new Map([
  [20, "training_info"],
  [25, "functions"],
]);

function readModel(source: Source): Model {
  const model: Model = { irVersion: 0, opsets: new Map(), graph: emptyGraph(), unread: new Set() };
  let graphs = 0;
  for (const field of fields(source.bytes, 0, source.bytes.length)) {
    if (field.number === 1) model.irVersion = code(source, field);
    else if (field.number === 8) readOpset(source, model.opsets, field);
    else if (field.number === 7) {
      expectWire(field, 2);
      // Protobuf would merge two graphs; no exporter writes two, so whoever does has something to hide.
      if (++graphs > 1) refuse("model-not-onnx", "The file holds two graphs.", { where: `byte ${field.start}` });
      readGraph(source, model, field.start, field.end);
    } else if (modelExtras.has(field.number)) model.unread.add(modelExtras.get(field.number)!);
    else if (![2, 3, 4, 5, 6, 14, 26].includes(field.number)) unknownField("a model", field);
  }
  if (graphs === 0)
    refuse("model-not-onnx", "The file holds no graph.", { fix: "Upload the .onnx file that the exporter wrote." });
  return model;
}

function emptyGraph(): Graph {
  return { nodes: [], initializers: new Map(), inputs: [], outputs: [] };
}

function readOpset(source: Source, opsets: Map<string, number>, entry: Field): void {
  expectWire(entry, 2);
  let domain = "";
  let version = 0;
  for (const field of fields(source.bytes, entry.start, entry.end)) {
    if (field.number === 1) domain = text(source, field);
    else if (field.number === 2) version = safe(int64(source, field));
    else unknownField("an opset import", field);
  }
  spend(source, "listed", 1);
  const name = plainDomain(domain);
  if (opsets.has(name) && opsets.get(name) !== version)
    refuse("opset-twice", `The model imports two versions of the operators of "${name || "ai.onnx"}".`, {
      found: `${opsets.get(name)} and ${version}`,
    });
  opsets.set(name, version);
}

function plainDomain(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}

function readGraph(source: Source, model: Model, start: number, end: number): void {
  const { graph } = model;
  for (const field of fields(source.bytes, start, end)) {
    if (field.number === 2 || field.number === 10 || field.number === 13 || field.number === 14 || field.number === 16)
      continue;
    expectWire(field, 2);
    if (field.number === 1) {
      graph.nodes.push(readNode(source, field.start, field.end));
      if (graph.nodes.length > source.limits.nodes)
        refuse("too-many-nodes", "The model has more nodes than this site evaluates.", {
          expected: `at most ${source.limits.nodes}`,
        });
    } else if (field.number === 5) readInitializer(source, graph, field);
    else if (field.number === 11) graph.inputs.push(readValueInfo(source, field.start, field.end));
    else if (field.number === 12) graph.outputs.push(readValueInfo(source, field.start, field.end));
    else if (field.number === 15) model.unread.add("sparse_initializer");
    else unknownField("a graph", field);
    boundTensors(source, graph);
  }
}

function boundTensors(source: Source, graph: Graph): void {
  if (graph.initializers.size + graph.inputs.length + graph.outputs.length > 2 * source.limits.tensors)
    refuse("too-many-tensors", "The model has more weights, inputs and outputs than this site evaluates.", {
      expected: `at most ${source.limits.tensors}`,
    });
}

function readInitializer(source: Source, graph: Graph, field: Field): void {
  const { name, tensor } = readTensor(source, field.start, field.end);
  if (graph.initializers.has(name))
    refuse("duplicate-name", `Two weights have the name "${shown(name)}".`, { where: name });
  graph.initializers.set(name, tensor);
}

function readNode(source: Source, start: number, end: number): Node {
  const node: Node = { name: "", domain: "", op: "", inputs: [], outputs: [], attributes: new Map() };
  for (const field of fields(source.bytes, start, end)) {
    if (field.number === 1 || field.number === 2) {
      spend(source, "edges", 1);
      (field.number === 1 ? node.inputs : node.outputs).push(text(source, field));
    } else if (field.number === 3) node.name = text(source, field);
    else if (field.number === 4) node.op = text(source, field);
    else if (field.number === 5) readNodeAttribute(source, node, field);
    else if (field.number === 7) node.domain = plainDomain(text(source, field));
    else if (![6, 8, 9, 10].includes(field.number)) unknownField("a node", field);
  }
  return node;
}

function readNodeAttribute(source: Source, node: Node, field: Field): void {
  expectWire(field, 2);
  const { name, attribute } = readAttribute(source, field.start, field.end);
  if (node.attributes.has(name))
    refuse("attribute-twice", `A ${shown(node.op)} node has the attribute ${shown(name)} twice.`, { where: node.name });
  node.attributes.set(name, attribute);
  if (node.attributes.size > source.limits.attributes)
    refuse("too-many-attributes", `A ${shown(node.op)} node has too many attributes.`, { where: node.name });
}

const typeKinds = new Map([
  [1, "tensor"],
  [4, "sequence"],
  [5, "map"],
  [7, "opaque"],
  [8, "sparse tensor"],
  [9, "optional"],
]);

function readValueInfo(source: Source, start: number, end: number): ValueInfo {
  const value: ValueInfo = { name: "", kind: "undeclared", type: 0, dims: null };
  for (const field of fields(source.bytes, start, end)) {
    if (field.number === 1) value.name = text(source, field);
    else if (field.number === 2) {
      expectWire(field, 2);
      for (const type of fields(source.bytes, field.start, field.end)) readType(source, value, type);
    } else if (field.number !== 3 && field.number !== 4) unknownField("an input or output", field);
  }
  return value;
}

/** The depth ends here: what a sequence, map or optional holds is not read, as none of them is admitted. */
function readType(source: Source, value: ValueInfo, type: Field): void {
  if (type.number === 6) return;
  const kind = typeKinds.get(type.number);
  if (!kind) unknownField("a type", type);
  expectWire(type, 2);
  value.kind = kind;
  if (kind !== "tensor") return;
  for (const field of fields(source.bytes, type.start, type.end)) {
    if (field.number === 1) value.type = code(source, field);
    else if (field.number === 2) {
      expectWire(field, 2);
      value.dims = readShape(source, field.start, field.end);
    } else unknownField("a tensor type", field);
  }
}

function readShape(source: Source, start: number, end: number): (number | string | null)[] {
  const dims: (number | string | null)[] = [];
  for (const entry of fields(source.bytes, start, end)) {
    if (entry.number !== 1) unknownField("a shape", entry);
    expectWire(entry, 2);
    let size: number | string | null = null;
    for (const field of fields(source.bytes, entry.start, entry.end)) {
      if (field.number === 1) size = safe(int64(source, field));
      else if (field.number === 2) size = text(source, field) || null;
      else if (field.number !== 3) unknownField("a dimension", field);
    }
    dims.push(size);
    if (dims.length > source.limits.rank) refuse("rank-too-high", "An input or output has too many dimensions.");
  }
  return dims;
}
