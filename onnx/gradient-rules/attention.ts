import { type Expansion, NoRule, type Site } from "#onnx/gradient-site.ts";
import { elementTypes, floatAttribute, intAttribute } from "#onnx/model.ts";

/** A score that no key can have. */
const never = -1e30;

/** softmax(Q K' scale + mask) V, with heads apart. Keys and values of the past, and windows, are not covered. */
export const attention: Expansion = (s) => {
  const { node, w } = s;
  if ([4, 5, 6].some((i) => s.has(i))) throw new NoRule("a past");
  if (intAttribute(node, "left_window_size", -1) >= 0 || intAttribute(node, "right_window_size", -1) >= 0)
    throw new NoRule("windows");
  if ([1, 2, 3].some((i) => s.flows(i))) throw new NoRule("further outputs that are used");
  const q = headsApart(s, 0, intAttribute(node, "q_num_heads", 0));
  const [batch, heads, length, width] = w.dims(q) as [number, number, number, number];
  const keyHeads = intAttribute(node, "kv_num_heads", 0);
  const [k, v] = [1, 2].map((i) => repeated(s, headsApart(s, i, keyHeads), heads)) as [string, string];
  const scale = floatAttribute(node, "scale", 1 / Math.sqrt(width));
  const scores = w.matmul(w.mul(q, scale), w.swapped(k));
  const weights = w.op("Softmax", [capped(s, masked(s, scores))], { axis: -1 });
  const mixed = w.matmul(weights, v);
  if (s.dims().length === 4) return [mixed];
  return [w.reshape(w.transpose(mixed, [0, 2, 1, 3]), [batch, length, heads * w.dims(v).at(-1)!])];
};

/** [B, S, heads D] to [B, heads, S, D]; four axes are so already. */
function headsApart(s: Site, i: number, heads: number): string {
  const dims = s.dims(i);
  if (dims.length === 4) return s.x(i);
  const [batch, length, width] = dims as [number, number, number];
  return s.w.transpose(s.w.reshape(s.x(i), [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** One head of keys serves several of queries. */
function repeated(s: Site, name: string, heads: number): string {
  const { w } = s;
  const [batch, own, length, width] = w.dims(name) as [number, number, number, number];
  if (own === heads) return name;
  const spread = w.expand(w.reshape(name, [batch, own, 1, length, width]), [batch, own, heads / own, length, width]);
  return w.reshape(spread, [batch, heads, length, width]);
}

function masked(s: Site, scores: string): string {
  const { w } = s;
  let result = scores;
  if (s.has(3)) {
    const bool = w.type(s.node.inputs[3]!) === elementTypes.bool;
    result = bool ? w.where(s.node.inputs[3]!, result, never) : w.add(result, s.x(3));
  }
  if (intAttribute(s.node, "is_causal", 0) === 0) return result;
  const [rows, columns] = w.dims(scores).slice(-2) as [number, number];
  const later = (i: number) => (i % columns > Math.floor(i / columns) ? never : 0);
  return w.add(result, w.floats([rows, columns], later));
}

function capped(s: Site, scores: string): string {
  const cap = floatAttribute(s.node, "softcap", 0);
  return cap > 0 ? s.w.mul(cap, s.w.op("Tanh", [s.w.mul(scores, 1 / cap)])) : scores;
}
