import * as z from "zod";

/**
 * Red flags: signs that a defense hides its gradient rather than being robust, and that its standing may be too high.
 * After AutoAttack's checks https://arxiv.org/abs/2003.01690 and the signs in https://arxiv.org/abs/1802.00420.
 */

type Evidence = Record<string, number>;

interface Text {
  title: string;
  raisedIf: string;
  means: string;
  advice: string;
  /** The evidence in words. */
  sentence(evidence: Evidence): string;
}

const percent = (share = 0) => `${(share * 100).toFixed(1)} %`;

const FLAGS = {
  "zero-gradients": {
    title: "Zero gradients",
    raisedIf: "At a random start, the loss has an all-zero gradient for at least 5 % of the inputs.",
    means:
      "Attacks that climb this loss stand still there. A step in the model, or scores so far apart that the loss underflows, hides the way up.",
    advice: "Look at what the attacks with surrogates took, and try a loss that does not depend on the scores' scale.",
    sentence: ({ inputs, crossEntropy, margin }) =>
      `Of ${inputs} inputs, ${percent(crossEntropy)} have no gradient of the cross-entropy and ${percent(margin)} none of the margin.`,
  },
  "softmax-output": {
    title: "Probabilities as output",
    raisedIf: "Every output lies between 0 and 1 and those of an input add up to 1.",
    means: "Probabilities round to 0 and 1, so attacks that look at scores see no change where the model is confident.",
    advice: "Submit the model without its last softmax.",
    sentence: ({ inputs }) => `The outputs of all ${inputs} inputs are probabilities.`,
  },
  "black-box-beats-white-box": {
    title: "Black-box beats white-box",
    raisedIf:
      "In the full tier, attacks without gradients took more than 0.2 % of the inputs, and two at least, after the attacks with gradients had failed on them.",
    means: "The gradient leads astray: whoever knows the model should never find less than who does not.",
    advice: "Attack it with a gradient that fits: a surrogate for what has no derivative, or a smoothed one.",
    sentence: ({ points, found }) =>
      `Attacks without gradients found ${found} of ${points} inputs that all attacks with gradients had left.`,
  },
} as const satisfies Record<string, Text>;

export type FlagId = keyof typeof FLAGS;
export const FLAG_IDS = Object.keys(FLAGS) as [FlagId, ...FlagId[]];

/** A raised flag and the numbers that raised it. From an untrusted process: its words are ours, its numbers are shown. */
export const Flag = z.object({
  id: z.enum(FLAG_IDS),
  evidence: z.record(z.string().max(40), z.number()).refine((numbers) => Object.keys(numbers).length <= 10),
});
export type Flag = z.infer<typeof Flag>;

/** Title, evidence in words, what it means and what to do. */
export function describeFlag({ id, evidence }: Flag) {
  const text: Text = FLAGS[id];
  return { id, title: text.title, sentence: text.sentence(evidence), means: text.means, advice: text.advice };
}
