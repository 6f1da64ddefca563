import type { Problem } from "#contest/problem.ts";
import { elementCount, elementName, elementSize, elementTypes, type Tensor } from "#onnx/model.ts";
import { problem, shown } from "#onnx/refuse.ts";
import { tensorValues } from "#onnx/values.ts";

/** What is wrong with a constant tensor: type, sizes, length of its data, values that are no numbers. */
export function checkTensor(tensor: Tensor, name: string): Problem | undefined {
  const where = { where: name };
  const size = elementSize(tensor.type);
  if (tensor.type === elementTypes.string)
    return problem("string-tensor", `Tensor "${shown(name)}" holds text.`, { ...where, expected: "numbers or bool" });
  if (size === undefined)
    return problem("tensor-type", `Tensor "${shown(name)}" has an element type that is not evaluated.`, {
      ...where,
      expected: "float16/32/64, bfloat16, int8 to int64, uint8 to uint64 or bool",
      found: elementName(tensor.type),
    });
  const shape = `[${tensor.dims.join(", ")}]`;
  if (tensor.dims.some((dim) => dim < 0))
    return problem("tensor-dims", `Tensor "${shown(name)}" has a negative size.`, { ...where, found: shape });
  const expected = elementCount(tensor.dims) * size;
  if (expected !== tensor.data.length)
    return problem("tensor-data-length", `Tensor "${shown(name)}" has other data than its shape ${shape} needs.`, {
      ...where,
      expected: `${expected} bytes`,
      found: `${tensor.data.length} bytes`,
    });
  return checkFinite(tensor, name);
}

/** NaN is never a weight. Infinity is one only alone, where exporters write it for masks and limits. */
function checkFinite(tensor: Tensor, name: string): Problem | undefined {
  if (tensor.type === elementTypes.bool)
    return tensor.data.some((byte) => byte > 1)
      ? problem("tensor-bool", `Tensor "${shown(name)}" holds bools that are neither 0 nor 1.`, { where: name })
      : undefined;
  const { float16, float32, float64, bfloat16 } = elementTypes;
  if (![float16, float32, float64, bfloat16].some((type) => type === tensor.type)) return undefined;
  const values = tensorValues(tensor) as Float32Array | Float64Array;
  const index = values.findIndex(values.length > 1 ? (v) => !Number.isFinite(v) : Number.isNaN);
  if (index < 0) return undefined;
  return problem("weights-not-finite", `Weight "${shown(name)}" holds a value that is no finite number.`, {
    where: `${shown(name)}, element ${index}`,
    found: String(values[index]),
    fix: "The training diverged, or the export went wrong.",
  });
}
