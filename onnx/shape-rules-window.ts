import { intAttribute, intsAttribute, type Node, stringAttribute } from "#onnx/model.ts";
import type { Known, Rule } from "#onnx/shape-rule.ts";

/** Output sizes of a sliding window over the last axes (Conv, pools); undefined when its shape is unknown. */
function windowed(node: Node, sizes: number[], kernel: number[]): number[] {
  const stride = intsAttribute(node, "strides") ?? [];
  const dilation = intsAttribute(node, "dilations") ?? [];
  const pads = intsAttribute(node, "pads") ?? [];
  const auto = stringAttribute(node, "auto_pad", "NOTSET");
  const round = intAttribute(node, "ceil_mode", 0) ? Math.ceil : Math.floor;
  return sizes.map((size, i) => {
    const step = stride[i] ?? 1;
    if (auto.startsWith("SAME")) return Math.ceil(size / step);
    const extent = ((kernel[i] ?? 1) - 1) * (dilation[i] ?? 1) + 1;
    const around = auto === "VALID" ? 0 : (pads[i] ?? 0) + (pads[i + sizes.length] ?? 0);
    return Math.max(0, round((size + around - extent) / step) + 1);
  });
}

/** Image and kernel of a convolution: QLinearConv keeps scales and zero points between them. */
export function convolved({ node, shapes }: Known): { x: number[]; kernel: number[] } | undefined {
  const x = shapes[0];
  const kernel = shapes[node.op === "QLinearConv" ? 3 : 1];
  return x && kernel && x.length === kernel.length && x.length >= 3 ? { x, kernel } : undefined;
}

const conv: Rule = (known) => {
  const sizes = convolved(known);
  if (!sizes) return [];
  const { x, kernel } = sizes;
  return [[x[0]!, kernel[0]!, ...windowed(known.node, x.slice(2), kernel.slice(2))]];
};

const convTranspose: Rule = (known) => {
  const sizes = convolved(known);
  if (!sizes || known.node.attributes.has("output_shape") || known.node.attributes.has("auto_pad")) return [];
  const { x, kernel } = sizes;
  const { node } = known;
  const list = (name: string) => intsAttribute(node, name) ?? [];
  const [stride, dilation, pads, extra] = [list("strides"), list("dilations"), list("pads"), list("output_padding")];
  const axes = x.slice(2).map((size, i) => {
    const extent = (kernel[i + 2]! - 1) * (dilation[i] ?? 1) + 1;
    return (size - 1) * (stride[i] ?? 1) + extent + (extra[i] ?? 0) - (pads[i] ?? 0) - (pads[i + x.length - 2] ?? 0);
  });
  return [[x[0]!, kernel[1]! * intAttribute(node, "group", 1), ...axes]];
};

const pool: Rule = ({ node, shapes: [x] }) => {
  const kernel = intsAttribute(node, "kernel_shape");
  if (!x || !kernel || x.length !== kernel.length + 2) return [];
  const out = [...x.slice(0, 2), ...windowed(node, x.slice(2), kernel)];
  return [out, out];
};

const globalPool: Rule = ({ shapes: [x] }) => [x?.map((size, i) => (i < 2 ? size : 1))];

function rearranged(ratio: (block: number) => number): Rule {
  return ({ node, shapes: [x] }) => {
    const block = ratio(intAttribute(node, "blocksize", 1));
    return [x?.length === 4 ? [x[0]!, x[1]! / block ** 2, x[2]! * block, x[3]! * block] : undefined];
  };
}

export const poolRules: [string, Rule][] = [
  ["Conv", conv],
  ["ConvInteger", conv],
  ["QLinearConv", conv],
  ["ConvTranspose", convTranspose],
  ["MaxPool", pool],
  ["AveragePool", pool],
  ["LpPool", pool],
  ["GlobalAveragePool", globalPool],
  ["GlobalMaxPool", globalPool],
  ["GlobalLpPool", globalPool],
  ["DepthToSpace", rearranged((block) => block)],
  ["SpaceToDepth", rearranged((block) => 1 / block)],
];
