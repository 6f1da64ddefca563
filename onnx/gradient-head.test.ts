import { describe, expect, test } from "vitest";
import { aims, derivedFrom, opened } from "#golden/gradients.ts";
import { floats, head, ints, modelOf, node, tensorValue } from "#golden/graph.ts";
import { image, ROWS } from "#golden/small-models.ts";

describe("heads", () => {
  const plain = head("input", "z");
  const scores = {
    ...plain.weights,
    ten: floats([], [10]),
    minus: floats([], [-1]),
    depth: ints(10),
    onOff: floats([2], [0, 1]),
    list: ints([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
    front: ints([0]),
    // Of the members after z itself, whose scores add up to z.
    ...{ tenth: floats([], [0.1]), rest: floats([], [0.9]) },
  };
  const heads: [string, ReturnType<typeof node>[], string[]][] = [
    ["softmax, logarithm", [node("Softmax", "z", "p"), node("Log", "p", "output")], ["Log", "Softmax"]],
    ["a positive factor", [node("Mul", "z ten", "output")], ["Mul"]],
    ["clipping and rounding", [node("Clip", "z", "c"), node("Round", "c", "output")], ["Round", "Clip"]],
    [
      "a vote",
      [node("ArgMax", "z", "i", { axis: 1, keepdims: 0 }), node("OneHot", "i depth onOff", "output")],
      ["OneHot"],
    ],
    [
      "a count of votes",
      [
        node("ArgMax", "z", "i", { axis: 1, keepdims: 0 }),
        node("OneHot", "i depth onOff", "one"),
        node("Mul", "z tenth", "zz"),
        node("ArgMax", "zz", "ii", { axis: 1, keepdims: 1 }),
        node("Equal", "ii list", "is"),
        node("Cast", "is", "other", { to: 1 }),
        node("Mul", "z rest", "zzz"),
        node("ArgMax", "zzz", "iii", { axis: 1, keepdims: 0 }),
        node("OneHot", "iii depth onOff", "third"),
        node("Unsqueeze", "one front", "one_", {}),
        node("Unsqueeze", "other front", "other_", {}),
        node("Unsqueeze", "third front", "third_", {}),
        node("Concat", "one_ other_ third_", "all", { axis: 0 }),
        node("ReduceSum", "all front", "output", { keepdims: 0 }),
      ],
      ["ReduceSum"],
    ],
    ["a negative factor", [node("Mul", "z minus", "output")], []],
    ["a softmax over the batch", [node("Softmax", "z", "output", { axis: 0 })], []],
  ];
  test.each(heads)("%s", async (_, nodes, cut) => {
    const model = modelOf({
      nodes: [...plain.nodes, ...nodes],
      weights: scores,
      inputs: [tensorValue("input", ["N", 1, 8, 8])],
      outputs: [tensorValue("output", null)],
      opsets: { "": 18 },
    });
    const derived = await derivedFrom(model, image, { classes: 10, cutHead: true, variant: "exact" });
    expect(derived.headCut).toEqual(cut);
    const session = await opened(derived.model);
    const rows = aims(Array.from({ length: ROWS }, () => ({ loss: "targeted-margin", label: 1, target: 2 })));
    const out = await session.run({ ...image, ...rows });
    const own = await opened(model);
    expect(out.logits!.data).toEqual((await own.run(image)).output!.data);
    // The head's mean of the pixels times a row: uncut, the margin of 2 over 1 rises by 0.1 / 64 with each pixel.
    const rise = (cut[0] === "ReduceSum" ? 0.2 : 0.1) / 64;
    if (cut.length > 0) for (const v of out.gradient!.data as Float32Array) expect(v).toBeCloseTo(rise, 6);
  });
});
