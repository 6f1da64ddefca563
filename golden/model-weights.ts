import { elementTypes, type Tensor } from "#onnx/model.ts";
import { before, floats, honest, node } from "./graph.ts";
import { type Case, withOutside } from "./model-files.ts";

/** Weights that are none, or lie where they should not. */
export function badWeights(): Case[] {
  const scaled = (w: Tensor) => before([node("Mul", "x w", "h")], "h", { w });
  const typed = (type: number, dims: number[], bytes: number) => scaled({ type, dims, data: new Uint8Array(bytes) });
  const { float32, bool } = elementTypes;
  return [
    ["nan", "weights-not-finite", "NaN", () => scaled(floats([2], [1, Number.NaN]))],
    ["nan-scalar", "weights-not-finite", "NaN", () => scaled(floats([], Number.NaN))],
    ["infinity", "weights-not-finite", "Infinity", () => scaled(floats([2], [1, Number.POSITIVE_INFINITY]))],
    ["too-short", "tensor-data-length", "112 bytes", () => typed(float32, [28], 111)],
    ["too-long", "tensor-data-length", "4 bytes", () => typed(float32, [], 112)],
    ["empty", "tensor-data-length", "0 bytes", () => typed(float32, [28], 0)],
    ["overflow", "tensor-data-length", "4 bytes", () => typed(float32, [2 ** 32, 2 ** 30], 4)],
    ["negative", "tensor-dims", "-1", () => typed(float32, [-1, 28], 112)],
    ["nine", "rank-too-high", "at most 8", () => typed(float32, Array(9).fill(1), 4)],
    [
      "two",
      "tensor-bool",
      "neither 0 nor 1",
      () => before([node("Where", "w x x", "h")], "h", { w: { type: bool, dims: [], data: Uint8Array.of(2) } }),
    ],
    ["weight", "string-tensor", "text", () => typed(elementTypes.string, [1], 0)],
    ["complex", "tensor-type", "type 14", () => typed(14, [1], 8)],
    ["float8", "tensor-type", "type 17", () => typed(17, [1], 1)],
    ["int4", "tensor-type", "type 22", () => typed(22, [2], 1)],
  ];
}

export function badSideFiles(): Case[] {
  return [
    ["not-sent", "external-data-missing", "external_data=False", () => outside("m.onnx.data", 0, 16)],
    ["etc-passwd", "external-data-absolute-path", "/etc/passwd", () => outside("/etc/passwd", 0, 16), 64],
    ["windows", "external-data-absolute-path", "file of the machine", () => outside("C:\\secret", 0, 16), 64],
    ["two-up", "external-data-parent-path", "../../secret", () => outside("../../secret", 0, 16), 64],
    ["inside-out", "external-data-parent-path", "model's folder", () => outside("a/../../b", 0, 16), 64],
    ["folder", "external-data-path", "plain", () => outside("weights/m.data", 0, 16), 64],
    ["unnamed", "external-data-path", "plain", () => outside("", 0, 16), 64],
    ["two", "external-data-many-files", "one file", () => outside("a.data", 0, 16, "b.data"), 64],
    ["beyond-the-end", "external-data-out-of-bounds", "inside 64 bytes", () => outside("m.data", 60, 16), 64],
    ["wrong-length", "external-data-out-of-bounds", "length 12", () => outside("m.data", 0, 12), 64],
    ["no-number", "external-data-out-of-bounds", "1e3", () => outside("m.data", "1e3", 16), 64],
    ["minus-one", "external-data-out-of-bounds", "-1", () => outside("m.data", "-1", 16), 64],
    ["same-bytes-400-times", "model-too-large", "209715200", () => shared(400, 2 ** 20), 2 ** 20],
  ];
}

/** A classifier with a weight [4] in a side file, and a second one if it has a place too. */
function outside(location: string, offset: number | string, length: number, second?: string): Uint8Array<ArrayBuffer> {
  const places = [location, ...(second === undefined ? [] : [second])];
  const nodes = places.map((_, i) => node("Mul", `${i ? `h${i - 1}` : "x"} w${i}`, `h${i}`));
  return withOutside(
    before(nodes, `h${places.length - 1}`),
    places.map((place) => ({ place, offset, length, dims: [4] })),
  );
}

function shared(count: number, length: number): Uint8Array<ArrayBuffer> {
  return withOutside(honest(), Array(count).fill({ place: "m.data", offset: 0, length, dims: [length / 4] }));
}
