/**
 * What raises each red flag, what it means and what to do: the rule beside its words. Shown on /flags, on defenses' pages
 * and by the command line. The numbers come from the runner's checks; what they mean is decided here. After AutoAttack's checks https://arxiv.org/abs/2003.01690, https://arxiv.org/abs/1802.00420, the indicators of
 * https://arxiv.org/abs/2106.09947, and the binarisation test of https://arxiv.org/abs/2206.13991.
 */

import { isMemorised } from "#contest/interval.ts";

export type Evidence = Readonly<Record<string, number>>;

export interface FlagRule {
  title: string;
  /** A note states a fact that changes how results are read; a warning doubts the defense's standing. */
  level: "warning" | "note";
  raisedIf: string;
  means: string;
  advice: string;
  /** Names of the numbers that come with it: these and no others. */
  evidence: readonly string[];
  raised(evidence: Evidence): boolean;
  /** The numbers in words. */
  sentence(evidence: Evidence): string;
}

const percent = (share = 0) => `${(share * 100).toFixed(1)} %`;
const of = (part = 0, whole = 0) => `${part} of ${whole} inputs`;

/** Whether `count` of `inputs` is at least a share, and more than chance leaves of a few. */
const many = (count = 0, inputs = 0, share: number, least: number) => count >= least && count >= share * inputs;
/** Drops between counts that should not fall, each to the next. */
const drop = (...counts: (number | undefined)[]) =>
  Math.max(...counts.slice(1).map((next, i) => (counts[i] ?? 0) - (next ?? 0)));

/**
 * Of the points. AutoAttack flags 0.2 %, but an adversarially trained MNIST network without any trick loses 1 % of its
 * points to Square at 0.3 after all that climbs (docs/red-flags.md).
 */
const WITHOUT_GRADIENTS = 0.02;

const LEADS_ASTRAY = "The gradient leads astray, so attacks that climb it find less than there is.";
const SMOOTHER =
  "Attack it with a gradient that fits: a surrogate in place of the step that hides it (BPDA), an average over noisy copies, or the model without that step.";

export const FLAG_RULES = {
  "finite-differences": {
    title: "The gradient is not the slope",
    level: "warning",
    raisedIf:
      "For at least half of the inputs, and four at least, the gradient disagrees with finite differences of the margin along 16 random directions: their cosine is below 0.5.",
    means: `A step, a lookup or noise in the model makes its derivative say nothing about its neighbourhood. ${LEADS_ASTRAY}`,
    advice: SMOOTHER,
    evidence: ["inputs", "disagree", "cosine", "signs"],
    raised: ({ inputs, disagree }) => many(disagree, inputs, 0.5, 4),
    sentence: ({ inputs, disagree, cosine, signs }) =>
      `For ${of(disagree, inputs)} the cosine is below 0.5; its median is ${(cosine ?? 0).toFixed(2)}, and ${percent(signs)} of the signs agree.`,
  },
  "zero-gradients": {
    title: "Zero gradients",
    level: "warning",
    raisedIf:
      "For at least 20 % of the inputs, and four at least, the true gradient of the margin is all zero at the input or at a random start; or the model has no true gradient, and attacks put surrogates in its place.",
    means: "Attacks that climb stand still there: a step or a saturated unit in the model hides the way up.",
    advice: SMOOTHER,
    evidence: ["inputs", "atInput", "atStart"],
    raised: ({ inputs, atInput = 0, atStart = 0 }) => many(Math.max(atInput, atStart), inputs, 0.2, 4),
    sentence: ({ inputs, atInput, atStart }) =>
      `The margin has no gradient for ${of(atInput, inputs)} as they are, and for ${atStart} at a random start.`,
  },
  "cross-entropy-underflow": {
    title: "Cross-entropy underflows",
    level: "warning",
    raisedIf:
      "For at least 5 % of the inputs, and two at least, the highest score leads by so much that the probability of every other class is zero in float32.",
    means:
      "The cross-entropy has no gradient there. An attack on it alone reports robustness that is not there; the house's attacks use losses without a scale, too.",
    advice:
      "Use a loss that does not depend on the scores' scale (margin, DLR), and submit the model without the factor or the temperature.",
    evidence: ["inputs", "underflown"],
    raised: ({ inputs, underflown }) => many(underflown, inputs, 0.05, 2),
    sentence: ({ inputs, underflown }) =>
      `At a random start, the cross-entropy underflows for ${of(underflown, inputs)}.`,
  },
  "steps-not-monotone": {
    title: "More steps find less",
    level: "warning",
    raisedIf:
      "FGSM fools the model on more inputs than PGD with 10 steps, or that on more than APGD with 100, by more than 5 % of them and three at least.",
    means: `${LEADS_ASTRAY} On an honest model each further step can only help.`,
    advice: SMOOTHER,
    evidence: ["inputs", "fgsm", "pgd10", "apgd100"],
    raised: ({ inputs, fgsm, pgd10, apgd100 }) => many(drop(fgsm, pgd10, apgd100), inputs, 0.05, 3),
    sentence: ({ inputs, fgsm, pgd10, apgd100 }) =>
      `Of ${inputs} inputs, FGSM fooled it on ${fgsm}, PGD-10 on ${pgd10}, APGD-100 on ${apgd100}.`,
  },
  "epsilon-not-monotone": {
    title: "A larger ball finds less",
    level: "warning",
    raisedIf:
      "The same attack finds fewer adversarial examples in a larger ball than in a smaller one, by more than 5 % of the inputs and three at least.",
    means: `A larger ball holds all of the smaller one. ${LEADS_ASTRAY}`,
    advice: SMOOTHER,
    evidence: ["inputs", "epsilon", "times2", "times4", "times8"],
    raised: ({ inputs, epsilon, times2, times4, times8 }) =>
      many(drop(epsilon, times2, times4, times8), inputs, 0.05, 3),
    sentence: ({ inputs, epsilon, times2, times4, times8 }) =>
      `Of ${inputs} inputs, ${epsilon} fell in the challenge's ball, ${times2} in one twice as large, ${times4} in four times, ${times8} in eight times.`,
  },
  "unbounded-attack-fails": {
    title: "Even an unbounded attack fails",
    level: "warning",
    raisedIf:
      "With the whole range of values to move in, APGD on the cross-entropy and on the margin does not fool the model on at least 95 % of the inputs.",
    means: "Any image of another class lies within reach, so only a gradient that leads nowhere explains the failure.",
    advice: SMOOTHER,
    evidence: ["inputs", "left"],
    raised: ({ inputs, left }) => many(left, inputs, 0.05, 2),
    sentence: ({ inputs, left }) => `${of(left, inputs)} were still answered rightly.`,
  },
  "black-box-beats-white-box": {
    title: "Black-box beats white-box",
    level: "warning",
    raisedIf:
      "In the full tier, attacks without gradients took at least 2 % of the points, and three at least, after all attacks with gradients had failed on them.",
    means: "The gradient leads astray: whoever knows the model should never find less than who does not.",
    advice: SMOOTHER,
    evidence: ["points", "found"],
    raised: ({ points = 0, found }) => many(found, points, WITHOUT_GRADIENTS, 3),
    sentence: ({ points, found }) =>
      `Attacks without gradients took ${found} of ${points} points that all attacks with gradients had left.`,
  },
  "noise-beats-gradients": {
    title: "Noise beats gradients",
    level: "warning",
    raisedIf:
      "In the full tier, random noise took at least 2 % of the points, and three at least, after all attacks with gradients had failed on them.",
    means: "What random draws find is everywhere in the ball; a search that misses it was led astray by its gradient.",
    advice: SMOOTHER,
    evidence: ["points", "found"],
    raised: ({ points = 0, found }) => many(found, points, WITHOUT_GRADIENTS, 3),
    sentence: ({ points, found }) =>
      `Random draws took ${found} of ${points} points that all attacks with gradients had left.`,
  },
  "iterations-still-gain": {
    title: "More iterations still gain",
    level: "warning",
    raisedIf:
      "On points that stood after the full tier, APGD with twice its iterations found more than 3 % of them, and two at least.",
    means: "The attacks had not converged: the robust accuracy shown is too high.",
    advice: "Attack it with more iterations and restarts, and look at the loss along the way.",
    evidence: ["inputs", "found"],
    raised: ({ inputs, found }) => many(found, inputs, 0.03, 2),
    sentence: ({ inputs, found }) => `Twice the iterations fooled it on ${found} of ${inputs} standing points.`,
  },
  "silent-success": {
    title: "Silent success",
    level: "warning",
    raisedIf:
      "For at least 5 % of the inputs, and three at least, PGD passed an adversarial example on its way and ended on an input that is not one.",
    means:
      "The loss does not measure how close an input is to being misclassified. Attacks that return their last iterate report failures that were successes.",
    advice: "Return the best iterate, as the house attacks do, and choose a loss that rises where the model errs.",
    evidence: ["inputs", "silent"],
    raised: ({ inputs, silent }) => many(silent, inputs, 0.05, 3),
    sentence: ({ inputs, silent }) => `It passed one on its way and lost it for ${of(silent, inputs)}.`,
  },
  "softmax-output": {
    title: "Probabilities as output",
    level: "note",
    raisedIf: "Every output lies between 0 and 1 and those of an input add up to 1.",
    means:
      "Probabilities round to 0 and 1, so attacks that look at scores see no change where the model is confident. Gradients are taken before the softmax where it can be cut off.",
    advice: "Submit the model without its last softmax.",
    evidence: ["inputs", "probabilities"],
    raised: ({ inputs = 0, probabilities }) => inputs > 0 && probabilities === inputs,
    sentence: ({ inputs }) => `The outputs of all ${inputs} inputs are probabilities.`,
  },
  stateful: {
    title: "Answers depend on what was asked before",
    level: "warning",
    raisedIf: "The same inputs get other scores after other inputs were answered in between.",
    means: "Something in the model carries over from run to run. Results cannot be reproduced.",
    advice: "Remove what keeps a state; every answer must follow from its input alone.",
    evidence: ["inputs", "changed"],
    raised: ({ changed = 0 }) => changed > 0,
    sentence: ({ inputs, changed }) => `The scores of ${of(changed, inputs)} changed.`,
  },
  nondeterministic: {
    title: "Answers differ from run to run",
    level: "warning",
    raisedIf: "The same inputs, asked twice in a row, get different scores, though the noise was held fixed.",
    means: "There is randomness in the model that was not found by its operators. Results cannot be reproduced.",
    advice: "Draw randomness with the standard random operators, whose seeds the evaluator sets.",
    evidence: ["inputs", "changed"],
    raised: ({ changed = 0 }) => changed > 0,
    sentence: ({ inputs, changed }) => `The scores of ${of(changed, inputs)} changed.`,
  },
  "batch-dependent": {
    title: "Answers depend on the batch",
    level: "warning",
    raisedIf: "An input gets other scores alone, or in another order, than in its batch.",
    means: "Statistics over the batch reach the answer. Attacks and verdicts then see different models.",
    advice: "Export the model in inference mode: batch normalisation with its stored statistics.",
    evidence: ["inputs", "changed"],
    raised: ({ changed = 0 }) => changed > 0,
    sentence: ({ inputs, changed }) => `The scores of ${of(changed, inputs)} changed.`,
  },
  randomised: {
    title: "Randomised",
    level: "note",
    raisedIf: "The model has random operators.",
    means:
      "Its answers are decided by a majority over many draws, and attacks climb the average over draws (EOT). Noise that hides a gradient hides it less there.",
    advice: "Compare it with the same model without the noise.",
    evidence: ["operators"],
    raised: ({ operators = 0 }) => operators > 0,
    sentence: ({ operators }) => `It has ${operators} random ${operators === 1 ? "operator" : "operators"}.`,
  },
  "binarisation-test": {
    title: "A planted adversarial example is not found",
    level: "warning",
    raisedIf:
      "The last layer is replaced by one that puts a known adversarial example into each ball; APGD finds one in fewer than 80 % of the balls.",
    means: "The attack is too weak for this model's features, whatever its last layer is: its failures prove nothing.",
    advice: SMOOTHER,
    evidence: ["inputs", "found", "random"],
    raised: ({ inputs = 0, found = 0, random = 0 }) => inputs - random >= 8 && found < 0.8 * (inputs - random),
    sentence: ({ inputs, found, random }) =>
      `APGD found an example in ${found} of ${inputs} balls that hold one; random draws in ${random}.`,
  },
  memorised: {
    title: "Memorised points",
    level: "warning",
    raisedIf:
      "More of the points than of the holdout's images are answered rightly, or stand where the house has attacked both, by more than chance allows (one-sided test, p < 0.001, beyond the baselines' own gap).",
    means: "The model knows the public points, not the task: it would stand against every attack on them.",
    advice: "Train on other data. Results on the points say nothing of this model.",
    evidence: ["points", "pointsStanding", "holdout", "holdoutStanding", "gap"],
    raised: ({ points = 0, pointsStanding = 0, holdout = 0, holdoutStanding = 0, gap = 0 }) =>
      isMemorised({ right: pointsStanding, n: points }, { right: holdoutStanding, n: holdout }, gap),
    sentence: ({ points, pointsStanding, holdout, holdoutStanding }) =>
      `${percent((pointsStanding ?? 0) / (points || 1))} of ${points} points are answered rightly, and ${percent((holdoutStanding ?? 0) / (holdout || 1))} of ${holdout} images of the holdout.`,
  },
  "nearest-point": {
    title: "Answers as the nearest stored point would",
    level: "warning",
    raisedIf:
      "Between an input and its nearest neighbour of another class, the answer changes within 2 % of the half-way point, for at least 60 % of the pairs and eight at least.",
    means: "That is how a table of stored points answers. It stands on the points that it stores, and on no others.",
    advice: "Train on other data. Results on the points say nothing of a model that stores them.",
    evidence: ["pairs", "halfway"],
    raised: ({ pairs, halfway }) => many(halfway, pairs, 0.6, 8),
    sentence: ({ pairs, halfway }) => `The answer changes half-way for ${halfway} of ${pairs} pairs.`,
  },
  "answers-off-the-grid": {
    title: "Other answers off the grid",
    level: "warning",
    raisedIf:
      "For at least 5 % of the inputs, and three at least, the answer changes when values move by less than half a step of the grid.",
    means:
      "The model looks at whether values are those of stored images. Attacks that search between the grid's steps meet another model than the one that is judged.",
    advice: "Round inside the model, and attack it with gradients taken at rounded inputs.",
    evidence: ["inputs", "changed"],
    raised: ({ inputs, changed }) => many(changed, inputs, 0.05, 3),
    sentence: ({ inputs, changed }) => `The answer changes for ${of(changed, inputs)}.`,
  },
  "epsilon-off-the-grid": {
    title: "Epsilon is not on the grid",
    level: "note",
    raisedIf: "In L-infinity, the ball's radius is not a whole number of grid steps.",
    means: "Examples are rounded to the grid, so the ball that is searched is the next smaller whole number of steps.",
    advice: "Give epsilon as a fraction of the grid, such as 8/255.",
    evidence: ["steps"],
    raised: ({ steps = 0 }) => Math.abs(steps - Math.round(steps)) > 1e-6,
    sentence: ({ steps }) => `Epsilon is ${(steps ?? 0).toFixed(3)} steps.`,
  },
  "check-not-finished": {
    title: "A check did not finish",
    level: "warning",
    raisedIf: "A check ends by an error, or the model's process ends in it.",
    means:
      "That nothing else was raised says less than it should: neither this check nor those after it have a result.",
    advice:
      "Look at whether the model answers all inputs of the range, in time and memory; then have it evaluated again.",
    evidence: ["without"],
    raised: () => true,
    sentence: ({ without }) =>
      without === 1 ? "One check has no result." : `${without} checks of the tier have no result.`,
  },
} as const satisfies Record<string, FlagRule>;
