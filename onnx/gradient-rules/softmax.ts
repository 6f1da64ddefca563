import { axisOf, type Rule } from "#onnx/gradient-site.ts";
import { intAttribute } from "#onnx/model.ts";

const softmax: Rule = (s) => {
  const { w } = s;
  const axis = axisOf(intAttribute(s.node, "axis", -1), s.dims().length);
  const weighted = w.mul(s.g(), s.y());
  return [w.sub(weighted, w.mul(s.y(), w.sum(weighted, [axis])))];
};

const logSoftmax: Rule = (s) => {
  const { w } = s;
  const axis = axisOf(intAttribute(s.node, "axis", -1), s.dims().length);
  return [w.sub(s.g(), w.mul(w.op("Exp", [s.y()]), w.sum(s.g(), [axis])))];
};

export const softmaxRules: readonly (readonly [string, Rule])[] = [
  ["Softmax", softmax],
  ["LogSoftmax", logSoftmax],
];
