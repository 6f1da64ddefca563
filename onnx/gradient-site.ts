import type { GraphWriter } from "#onnx/graph-writer.ts";
import type { Node } from "#onnx/model.ts";

/**
 * What a rule is asked with: one node of the forward graph, at concrete sizes. Adjoints (the derivative of the loss
 * with respect to a tensor) are float32 whatever the tensor's own type, and `x` and `y` are float32 views too, so that
 * rules know one type only.
 */
export interface Site {
  node: Node;
  w: GraphWriter;
  /** Operand i as float32. */
  x(i?: number): string;
  /** Output i as float32. */
  y(i?: number): string;
  /** Adjoint of output i, float32, of the output's shape; zeros where nothing flows into that output. */
  g(i?: number): string;
  /**
   * Whether the adjoints of the outputs are finite for certain, as long as nothing overflows: then a mask may be a factor,
   * which takes a tenth of the time of Where in ONNX Runtime. 0 times infinity would be NaN, and spread.
   */
  finite(): boolean;
  /** Whether anything flows into output i. */
  flows(i: number): boolean;
  /** Sizes of operand i. */
  dims(i?: number): readonly number[];
  /** Sizes of output i. */
  made(i?: number): readonly number[];
  has(i: number): boolean;
  /** Whether operand i depends on the input, so that its adjoint is asked for. */
  wants(i: number): boolean;
  /** Says that an operand's adjoint is missing, while the others' are not. */
  lacks(i: number): void;
  /** Elements of an operand that is constant and small. */
  values(i: number): readonly number[] | undefined;
  /** The same of any tensor by name. */
  known(name: string): readonly number[] | undefined;
  /** Whether a tensor depends on the input by way of derivatives. */
  active(name: string): boolean;
  /** The node that makes a tensor. */
  producer(name: string): Node | undefined;
}

/**
 * The adjoints of a node's operands, by place; undefined where nothing flows. One that has the shape of a broadcast
 * operand is summed down to the operand's own shape by the walk.
 */
export type Rule = (site: Site) => (string | undefined)[];

/**
 * The same outputs out of operators that have rules, written anew from the operands: differentiated in the node's
 * place. What the derivative does not need of it is dropped.
 */
export type Expansion = (site: Site) => (string | undefined)[];

/** Thrown by a rule that does not cover the node it is asked about; the walk makes a "missing-rule" of it. */
export class NoRule extends Error {}

/** An axis counted from 0. */
export function axisOf(axis: number, rank: number): number {
  const from = axis < 0 ? axis + rank : axis;
  if (!(from >= 0 && from < Math.max(rank, 1))) throw new NoRule(`axis ${axis} of ${rank}`);
  return from;
}
