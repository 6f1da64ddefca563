/** What a model may be at most. A challenge may lower or raise single entries. */
export interface Limits {
  /** Bytes of the file, and of the file with its side file merged in. */
  bytes: number;
  nodes: number;
  /** Inputs and outputs of all nodes together. */
  edges: number;
  /** Initializers, and graph inputs and outputs. */
  tensors: number;
  /** Numbers and texts in lists (attributes, typed tensor data) of the whole model. */
  listed: number;
  /** Bytes of one name. */
  name: number;
  /** Attributes of one node. */
  attributes: number;
  /** Dimensions of one tensor. */
  rank: number;
  /** Largest fixed batch that a model may insist on. */
  batch: number;
  /** Floating-point operations for one image (a multiplication with its addition counts 2). */
  flops: number;
  /** Bytes of one intermediate tensor for one image, as far as it can be told without running. */
  activationBytes: number;
}

export const defaultLimits: Limits = {
  bytes: 200 * 2 ** 20,
  nodes: 100_000,
  edges: 1_000_000,
  tensors: 100_000,
  listed: 16_000_000,
  name: 1024,
  attributes: 64,
  rank: 8,
  batch: 4096,
  flops: 5e9,
  activationBytes: 2 ** 30,
};
