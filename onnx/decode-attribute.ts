import { readTensor } from "#onnx/decode-tensor.ts";
import type { Attribute, Tensor } from "#onnx/model.ts";
import {
  code,
  expectWire,
  float32,
  float32List,
  type Gathered,
  gathered,
  gatherFixed,
  gatherVarints,
  int64,
  int64List,
  type Source,
  spend,
  text,
  unknownField,
} from "#onnx/read.ts";
import { type Field, fields } from "#onnx/wire.ts";

interface AttributeParts {
  name: string;
  type: number;
  i: bigint;
  f: number;
  s: string;
  t: Tensor | undefined;
  ints: Gathered;
  floats: Gathered;
  strings: string[];
  unread: string;
}

const unreadFields = new Map([
  [6, "graph"],
  [10, "tensors"],
  [11, "graphs"],
  [14, "type"],
  [15, "types"],
  [21, "function parameter"],
  [22, "sparse tensor"],
  [23, "sparse tensors"],
]);

/** Reads an AttributeProto. Graphs and other things that no admitted operator takes are named, not read. */
export function readAttribute(source: Source, start: number, end: number): { name: string; attribute: Attribute } {
  const parts: AttributeParts = {
    name: "",
    type: 0,
    i: 0n,
    f: 0,
    s: "",
    t: undefined,
    ints: gathered(),
    floats: gathered(),
    strings: [],
    unread: "",
  };
  for (const field of fields(source.bytes, start, end)) readAttributePart(source, parts, field);
  return { name: parts.name, attribute: attributeOf(parts) };
}

function readAttributePart(source: Source, parts: AttributeParts, field: Field): void {
  if (field.number === 1) parts.name = text(source, field);
  else if (field.number === 2) parts.f = float32(source, field);
  else if (field.number === 3) parts.i = int64(source, field);
  else if (field.number === 4) parts.s = text(source, field);
  else if (field.number === 5) {
    expectWire(field, 2);
    parts.t = readTensor(source, field.start, field.end).tensor;
  } else if (field.number === 7) gatherFixed(source, parts.floats, field, 4);
  else if (field.number === 8) gatherVarints(source, parts.ints, field);
  else if (field.number === 9) {
    spend(source, "listed", 1);
    parts.strings.push(text(source, field));
  } else if (field.number === 20) parts.type = code(source, field);
  else if (unreadFields.has(field.number)) parts.unread = unreadFields.get(field.number)!;
  else if (field.number !== 13) unknownField("an attribute", field);
}

// AttributeProto.AttributeType. Before IR 2 the type could be left out; IR 3 and later need it.
function attributeOf(parts: AttributeParts): Attribute {
  if (parts.unread) return { kind: "unread", value: parts.unread };
  if (parts.type === 1) return { kind: "f", value: parts.f };
  if (parts.type === 2) return { kind: "i", value: parts.i };
  if (parts.type === 3) return { kind: "s", value: parts.s };
  if (parts.type === 4 && parts.t) return { kind: "t", value: parts.t };
  if (parts.type === 6) return { kind: "F", value: float32List(parts.floats) };
  if (parts.type === 7) return { kind: "I", value: int64List(parts.ints) };
  if (parts.type === 8) return { kind: "S", value: parts.strings };
  return { kind: "unread", value: `attribute type ${parts.type}` };
}
