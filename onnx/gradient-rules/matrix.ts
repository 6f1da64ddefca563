import type { Rule, Site } from "#onnx/gradient-site.ts";
import { floatAttribute, intAttribute } from "#onnx/model.ts";

/** Operands of rank 1 are a row on the left and a column on the right. */
const matMul: Rule = (s) => {
  const { w } = s;
  const [a, b] = [s.dims(0), s.dims(1)];
  const left = a.length === 1 ? w.reshape(s.x(0), [1, a[0]!]) : s.x(0);
  const right = b.length === 1 ? w.reshape(s.x(1), [b[0]!, 1]) : s.x(1);
  const batch = s.made().slice(0, s.made().length - Number(a.length > 1) - Number(b.length > 1));
  const g = w.reshape(s.g(), [...batch, w.dims(left).at(-2)!, w.dims(right).at(-1)!]);
  return [s.wants(0) ? leftAdjoint() : undefined, s.wants(1) ? rightAdjoint() : undefined];

  function leftAdjoint(): string {
    return w.matmul(g, w.swapped(right));
  }
  function rightAdjoint(): string {
    const adjoint = w.matmul(w.swapped(left), g);
    return b.length === 1 ? w.reshape(adjoint, w.dims(adjoint).slice(0, -1)) : adjoint;
  }
};

/** alpha A'B' + beta C, where ' transposes by attribute. */
const gemm: Rule = (s) => {
  const { node, w } = s;
  const [transA, transB] = [intAttribute(node, "transA", 0), intAttribute(node, "transB", 0)];
  const alpha = { f: floatAttribute(node, "alpha", 1) };
  const product = (a: string, b: string, left: number, right: number, dims: readonly number[]) =>
    w.op("Gemm", [a, b], { alpha, transA: left, transB: right }, dims);
  const [a, b] = [s.x(0), s.x(1)];
  return [
    transA ? product(b, s.g(), transB, 1, s.dims(0)) : product(s.g(), b, 0, 1 - transB, s.dims(0)),
    s.wants(1)
      ? transB
        ? product(s.g(), a, 1, transA, s.dims(1))
        : product(a, s.g(), 1 - transA, 0, s.dims(1))
      : undefined,
    s.wants(2) ? scaled(s, floatAttribute(node, "beta", 1)) : undefined,
  ];
};

function scaled(s: Site, beta: number): string {
  return beta === 1 ? s.g() : s.w.mul(s.g(), beta);
}

export const matrixRules: readonly (readonly [string, Rule])[] = [
  ["MatMul", matMul],
  ["Gemm", gemm],
];
