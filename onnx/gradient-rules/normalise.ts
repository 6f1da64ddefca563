import type { Rule } from "#onnx/gradient-site.ts";
import { floatAttribute } from "#onnx/model.ts";

/** With the statistics of training, which are constants: a factor for each channel. */
const batchNormalization: Rule = (s) => {
  const { w } = s;
  const perChannel = (name: string) =>
    w.reshape(
      name,
      s
        .dims()
        .map((_, axis) => (axis === 1 ? s.dims()[1]! : 1))
        .slice(1),
    );
  const deviation = w.op("Sqrt", [w.add(s.x(4), floatAttribute(s.node, "epsilon", 1e-5))]);
  return [w.mul(s.g(), perChannel(w.div(s.x(1), deviation)))];
};

export const normaliseRules: readonly (readonly [string, Rule])[] = [["BatchNormalization", batchNormalization]];
