import { bytes, type Chunks, chunks, joined, message, number, text } from "#onnx/wire-write.ts";
import { honest } from "./graph.ts";

/** What a bad model is called, the code and words that answer it, how it is made, bytes of its side file. */
export type Case = [what: string, code: string, sentence: string, make: () => Uint8Array<ArrayBuffer>, side?: number];

/** A message from its fields: [number, whole number | text | bytes | message]. */
type Fields = [number, number | string | Uint8Array | Chunks][];

function made(fields: Fields): Chunks {
  const out = chunks();
  for (const [field, value] of fields) {
    if (typeof value === "number") number(out, field, value);
    else if (typeof value === "string") text(out, field, value);
    else if (value instanceof Uint8Array) bytes(out, field, value);
    else message(out, field, value);
  }
  return out;
}

/** The honest model with further fields of ModelProto. Protobuf takes them in any order. */
function withFields(fields: Fields, model = honest()): Uint8Array<ArrayBuffer> {
  return concat(model, joined(made(fields)));
}

function opset(version: number): Chunks {
  return made([[2, version]]);
}

function around(graph: Fields): Uint8Array<ArrayBuffer> {
  return joined(
    made([
      [1, 8],
      [8, opset(17)],
      [7, made(graph)],
    ]),
  );
}

const tensorType = (dims: (number | string)[]) =>
  made([
    [
      1,
      made([
        [1, 1],
        [2, made(dims.map((size) => [1, made([[typeof size === "number" ? 1 : 2, size]])]))],
      ]),
    ],
  ]);
const image = made([
  [1, "x"],
  [2, tensorType(["N", 1, 28, 28])],
]);
const scores = made([
  [1, "y"],
  [2, tensorType(["N", 10])],
]);

/** One node from x to y whose attribute holds a graph. */
function withBody(op: string, attribute: string, body: Chunks): Uint8Array<ArrayBuffer> {
  const held = made([
    [1, attribute],
    [6, body],
    [20, 5],
  ]);
  const only = made([
    [1, "x"],
    [2, "y"],
    [4, op],
    [5, held],
  ]);
  return around([
    [1, only],
    [11, image],
    [12, scores],
  ]);
}

/** If inside If inside If: depth of graphs, three messages each. */
function nested(depth: number): Chunks {
  let body = made([[2, "leaf"]]);
  for (let i = 0; i < depth; i++)
    body = made([
      [
        1,
        made([
          [1, "c"],
          [2, "y"],
          [4, "If"],
          [
            5,
            made([
              [1, "then_branch"],
              [6, body],
              [20, 5],
            ]),
          ],
        ]),
      ],
    ]);
  return body;
}

/** Local functions that each call the one before twenty times: 20^12 nodes after inlining. */
function laughs(): Fields {
  return Array.from({ length: 12 }, (_, i): [number, Chunks] => {
    const call = made([
      [1, "a"],
      [2, "a"],
      [4, i ? `f${i - 1}` : "Relu"],
      [7, i ? "lol" : ""],
    ]);
    return [25, made([[1, `f${i}`], [4, "a"], [5, "a"], ...Array(20).fill([7, call]), [10, "lol"]])];
  });
}

/** A list of lists of lists: depth of types. */
function deepType(depth: number): Chunks {
  let type = made([[1, made([[1, 1]])]]);
  for (let i = 0; i < depth; i++) type = made([[4, made([[1, type]])]]);
  return type;
}

export interface Outside {
  place: string;
  offset: number | string;
  length: number;
  dims: number[];
}

/** The model with weights w0, w1, ... whose data lie in a side file. */
export function withOutside(model: Uint8Array, weights: Outside[]): Uint8Array<ArrayBuffer> {
  const entry = (key: string, value: string | number): [number, Chunks] => [
    13,
    made([
      [1, key],
      [2, String(value)],
    ]),
  ];
  const tensors = weights.map(({ place, offset, length, dims }, i): [number, Chunks] => [
    5,
    made([
      ...dims.map((size): [number, number] => [1, size]),
      [2, 1],
      [8, `w${i}`],
      entry("location", place),
      entry("offset", offset),
      entry("length", length),
      [14, 1],
    ]),
  ]);
  return inGraph(model, tensors);
}

/** Adds fields to the graph of an encoded model: its last field, whose length has to be written again. */
function inGraph(model: Uint8Array, fields: Fields | Uint8Array): Uint8Array<ArrayBuffer> {
  const [start, graph] = graphOf(model);
  const added = fields instanceof Uint8Array ? fields : joined(made(fields));
  return concat(model.subarray(0, start), joined(made([[7, concat(model.subarray(graph), added)]])));
}

function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return joined({ parts, length: parts.reduce((sum, part) => sum + part.length, 0) });
}

/** The same bytes over and over: a million nodes in no time. */
function repeated(piece: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(piece.length * count);
  for (let at = 0; at < out.length; at += piece.length) out.set(piece, at);
  return out;
}

/** Where the graph's tag lies, and where its content begins. encode.ts writes it last. */
function graphOf(model: Uint8Array): [number, number] {
  const start = model.findIndex((byte, i) => {
    if (byte !== 0x3a) return false;
    const [length, at] = lengthAt(model, i + 1);
    return at + length === model.length;
  });
  return [start, lengthAt(model, start + 1)[1]];
}

function lengthAt(model: Uint8Array, from: number): [number, number] {
  let [value, shift, at] = [0, 0, from];
  for (; model[at]! > 127; at++, shift += 7) value += (model[at]! & 127) * 2 ** shift;
  return [value + model[at]! * 2 ** shift, at + 1];
}

const ascii = (characters: string) => Uint8Array.from(characters, (character) => character.charCodeAt(0));
/** A reproducible byte sequence without structure. */
const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255);

/** What is no ONNX file, or not only one. */
export function badFiles(): Case[] {
  const half = () => honest().slice(0, honest().length / 2);
  const claim = Uint8Array.of(0x3a, 0x80, 0xbc, 0xc1, 0x96, 0x0b); // graph, 3,000,000,000 bytes
  const twice = made([
    [1, "Relu"],
    [2, "q"],
    [4, "Relu"],
    [
      5,
      made([
        [1, "a"],
        [20, 2],
      ]),
    ],
    [
      5,
      made([
        [1, "a"],
        [20, 2],
      ]),
    ],
  ]);
  const relu = made([
    [1, "x"],
    [2, "h"],
    [4, "Relu"],
  ]);
  const weight = made([
    [1, 1],
    [2, 1],
    [8, "w"],
    [9, new Uint8Array(4)],
  ]);
  return [
    ["empty", "model-empty", "exporter", () => new Uint8Array(0)],
    ["noise", "model-not-protobuf", ".onnx", () => noise(4096)],
    ["text", "model-not-onnx", "ONNX knows no field", () => ascii("I am not a model at all.\n")],
    ["endless-number", "model-not-protobuf", "number", () => new Uint8Array(64).fill(0xff)],
    ["group", "model-not-protobuf", "wire type 3", () => withFields([]).map((byte, i) => (i === 0 ? 0x0b : byte))],
    ["checkpoint", "model-not-onnx", "PyTorch", () => ascii("PK\x03\x04 data.pkl")],
    ["pickle", "model-not-onnx", "pickle", () => ascii("\x80\x04\x95 model")],
    ["array", "model-not-onnx", "NumPy", () => ascii("\x93NUMPY\x01\x00v\x00")],
    ["no-graph", "model-not-onnx", "no graph", () => joined(made([[1, 8]]))],
    ["two-graphs", "model-not-onnx", "two graphs", () => withFields([[7, made([[2, "second"]])]])],
    ["later-field", "model-not-onnx", "field 99", () => withFields([[99, 1]])],
    ["half", "model-truncated", "cut off", half],
    ["one-byte-short", "model-truncated", "1 bytes too few", () => honest().slice(0, -1)],
    ["3-gb", "model-length-claim", "3000000000", () => Uint8Array.from([8, 8, ...claim, ...noise(100)])],
    ["latin-1", "text-not-utf8", "UTF-8", () => inGraph(honest(), [[1, made([[3, Uint8Array.of(0xe9)]])]])],
    [
      "million-characters",
      "name-too-long",
      "1024",
      () => inGraph(honest(), [[1, made([[3, new Uint8Array(1e6).fill(97)]])]]),
    ],
    ["two-versions", "opset-twice", "17 and 18", () => withFields([[8, opset(18)]])],
    ["twice", "attribute-twice", "twice", () => inGraph(honest(), [[1, twice]])],
    [
      "weights",
      "duplicate-name",
      "w",
      () =>
        inGraph(honest(), [
          [5, weight],
          [5, weight],
        ]),
    ],
    [
      "int-data-of-a-float",
      "tensor-data-field",
      "field",
      () =>
        inGraph(honest(), [
          [
            5,
            made([
              [2, 1],
              [8, "w"],
              [5, 1],
            ]),
          ],
        ]),
    ],
    ["laughs", "functions", "inlined", () => withFields(laughs())],
    ["training", "training-info", "inference", () => withFields([[20, made([])]])],
    ["sparse", "sparse-weights", "dense", () => inGraph(honest(), [[15, made([])]])],
    ["if", "op-control-flow", "If", () => withBody("If", "then_branch", made([[2, "body"]]))],
    ["endless-loop", "op-control-flow", "for ever", () => withBody("Loop", "body", made([[2, "body"]]))],
    ["scan", "op-control-flow", "Scan", () => withBody("Scan", "body", made([[2, "body"]]))],
    ["nested-300-deep", "op-control-flow", "If", () => withBody("If", "then_branch", nested(300))],
    ["body-in-a-relu", "attribute-unknown", "Relu.then_branch", () => withBody("Relu", "then_branch", nested(3))],
    [
      "type-2000-deep",
      "output-not-tensor",
      "sequence",
      () =>
        around([
          [11, image],
          [
            12,
            made([
              [1, "x"],
              [2, deepType(2000)],
            ]),
          ],
        ]),
    ],
    ["million", "too-many-nodes", "100000", () => inGraph(honest(), repeated(joined(made([[1, relu]])), 1_000_000))],
    [
      "million-operands",
      "too-many-edges",
      "1000000",
      () => inGraph(honest(), [[1, repeated(Uint8Array.of(10, 1, 120), 1_000_001)]]),
    ],
    [
      "million-weights",
      "too-many-tensors",
      "100000",
      () => inGraph(honest(), repeated(joined(made([[11, made([[1, "x"]])]])), 1_000_000)),
    ],
    [
      "million-numbers",
      "too-many-values",
      "16000000",
      () =>
        inGraph(honest(), [
          [
            5,
            made([
              [2, 7],
              [8, "w"],
              [7, new Uint8Array(16_000_001)],
            ]),
          ],
        ]),
    ],
  ];
}
