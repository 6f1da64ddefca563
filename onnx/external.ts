import { defaultLimits, type Limits } from "#onnx/limits.ts";
import { elementCount, elementSize, type Model, type Tensor } from "#onnx/model.ts";
import { attempt, type Outcome, refuse, shown } from "#onnx/refuse.ts";

/**
 * Fills in the weights that an exporter put into a side file ("model.onnx.data"; onnx.proto, external_data).
 * The model may name the side file as it likes, but by one plain name: nothing is ever opened by it. The data of the
 * result are views of `sideFile`. A model without external data comes back as it is.
 */
export function mergeExternal(
  model: Model,
  sideFile: Uint8Array | undefined,
  limits: Limits = defaultLimits,
): Outcome<{ model: Model }> {
  return attempt(() => {
    const locations = new Set<string>();
    const initializers = new Map<string, Tensor>();
    let total = 0;
    for (const [name, tensor] of model.graph.initializers) {
      if (tensor.external) locations.add(plainName(tensor.external.location, name));
      const merged = tensor.external ? fromSideFile(tensor, name, sideFile) : tensor;
      initializers.set(name, merged);
      total += merged.data.length;
    }
    if (locations.size > 1)
      refuse("external-data-many-files", "The weights lie in several side files; only one can come with a model.", {
        found: [...locations].slice(0, 5).join(", "),
        fix: "Save the model with all external data in one file, or with none.",
      });
    // Tensors may share the side file's bytes, so a small upload could claim far more than it brought.
    if (total > limits.bytes)
      refuse("model-too-large", "The model with its side file is larger than this challenge takes.", {
        expected: `at most ${limits.bytes} bytes`,
        found: `${total} bytes`,
      });
    return locations.size === 0 ? { model } : { model: { ...model, graph: { ...model.graph, initializers } } };
  });
}

function plainName(location: string, tensor: string): string {
  const where = { where: tensor, found: location, expected: "the plain name of the side file" };
  if (/^([\\/]|[A-Za-z]:)/.test(location))
    refuse("external-data-absolute-path", `Weight "${shown(tensor)}" points at a file of the machine.`, where);
  if (location.split(/[\\/]/).includes(".."))
    refuse("external-data-parent-path", `Weight "${shown(tensor)}" points out of the model's folder.`, where);
  if (!/^[^\\/\0]+$/.test(location) || location === ".")
    refuse("external-data-path", `Weight "${shown(tensor)}" names no plain side file.`, where);
  return location;
}

function fromSideFile(tensor: Tensor, name: string, sideFile: Uint8Array | undefined): Tensor {
  const { location, offset, length } = tensor.external!;
  if (!sideFile)
    refuse("external-data-missing", `The weights lie in a side file ("${shown(location)}") that was not sent.`, {
      where: name,
      fix: "Send the .onnx.data file with the model (or a zip of both), or export with external_data=False.",
    });
  const size = elementSize(tensor.type);
  const needed = size === undefined ? length : elementCount(tensor.dims) * size;
  const end = offset + (length ?? needed ?? 0);
  if (!(end <= sideFile.length) || end < offset || (length !== undefined && length !== needed))
    refuse("external-data-out-of-bounds", `Weight "${shown(name)}" does not fit the side file.`, {
      where: name,
      expected: `${needed} bytes from ${offset} on, inside ${sideFile.length} bytes`,
      found: length === undefined ? "no length" : `length ${length}`,
    });
  return { type: tensor.type, dims: tensor.dims, data: sideFile.subarray(offset, end) };
}
