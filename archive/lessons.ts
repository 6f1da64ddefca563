import { slugOf } from "#archive/slug.ts";
import type { FlagId } from "#contest/flags.ts";

/** What one kind of defense teaches whoever is about to build another. */
export interface Lesson {
  /** A category of the archive. */
  category: string;
  /** What tends to go wrong in its evaluation. */
  mistake: string;
  /** How to evaluate one before somebody else does. */
  instead: string;
  /** Red flags that the mistake may raise here: our reading, not a measurement. */
  flags: readonly FlagId[];
}

const WEAK_SUITE = "Too few steps, one loss, one start: the attack stopped before the defense did.";
const SUITE =
  "Run several losses, step sizes and restarts, a black-box attack among them, until more budget takes nothing more.";

const LESSONS: readonly Lesson[] = [
  {
    category: "adversarial training",
    mistake: `Most of these hide nothing and lose only a little. ${WEAK_SUITE}`,
    instead: `${SUITE} Choose the checkpoint on other points than those that you report.`,
    flags: ["iterations-still-gain", "steps-not-monotone"],
  },
  {
    category: "adversarial training (overestimated)",
    mistake:
      "The training changes the loss that the attack climbs (mixed labels, weights, interpolation, confidence), so that this one loss stops pointing uphill while others still do.",
    instead:
      "Attack with losses that the training never saw: margins, targeted losses, logits rescaled, no gradient at all.",
    flags: ["cross-entropy-underflow", "black-box-beats-white-box", "iterations-still-gain"],
  },
  {
    category: "detection",
    mistake:
      "The detector was tried on examples made for the classifier alone. Whoever knows of it attacks both at once, and it is one more classifier with adversarial examples of its own.",
    instead:
      "Fold classifier and detector into one function and attack that; report accuracy over all inputs, with false alarms on clean ones counted as errors.",
    flags: ["black-box-beats-white-box", "finite-differences"],
  },
  {
    category: "stateful detection",
    mistake:
      "It watches queries, and the attacker chooses the queries: larger steps, other accounts, or no queries at all.",
    instead: "Let the attack know the detector's rule and adapt its queries to it; report white-box accuracy beside.",
    flags: ["stateful"],
  },
  {
    category: "input purification",
    mistake:
      "The purifier was left out of the attack, or its gradient was taken although it rounds, projects or samples. The purifier passes on most of what the classifier sees, so the identity is a good stand-in for its gradient.",
    instead:
      "Differentiate through every step; where that fails use the identity on the backward pass, average over what is random, and give the attack as many draws as the defense takes.",
    flags: ["finite-differences", "zero-gradients", "randomised", "black-box-beats-white-box"],
  },
  {
    category: "test-time / dynamical defence",
    mistake:
      "Optimising at test time makes the gradient long, costly or noisy, and the attack gives up. The static model underneath often does as well, and its examples transfer.",
    instead:
      "Attack the base model and transfer, unroll the optimisation, try attacks on decisions; report the base model beside.",
    flags: ["black-box-beats-white-box", "randomised", "batch-dependent", "stateful"],
  },
  {
    category: "training regularisation",
    mistake: `Smoothing the loss around the training points makes the first attack step useless, not the last. ${WEAK_SUITE}`,
    instead: SUITE,
    flags: ["iterations-still-gain", "steps-not-monotone", "zero-gradients"],
  },
  {
    category: "stochastic gradients",
    mistake:
      "One draw of the gradient is noise, and an attack that follows one draw a step finds little. Its mean is not noise.",
    instead:
      "Average the gradient over many draws in each step, count success over repeated runs, and fix the seed for a second look.",
    flags: ["randomised", "nondeterministic", "noise-beats-gradients"],
  },
  {
    category: "certified",
    mistake:
      "A certificate holds for its norm and its epsilon only, and for the real numbers rather than for floats. Certified and empirical accuracy are not the same figure.",
    instead: "Report both, say for which norm, and attack it all the same: an attack below the certificate is a bug.",
    flags: ["epsilon-off-the-grid", "randomised"],
  },
  {
    category: "ensemble",
    mistake:
      "A vote hides the members' gradients, and members that differ on clean inputs still share adversarial ones.",
    instead: "Attack the mean of the members' losses at once, without the vote or the last saturating step.",
    flags: ["zero-gradients", "softmax-output", "black-box-beats-white-box"],
  },
  {
    category: "gradient masking: non-smooth operator",
    mistake:
      "An operator with gradient zero was put into a robust network; the gain over that network is the attack's, not the model's.",
    instead: "Replace its gradient by the identity, and compare with the same network without it.",
    flags: ["zero-gradients", "finite-differences"],
  },
  {
    category: "gradient masking: distorted loss surface",
    mistake: "The loss is bent around the inputs, so that short runs get stuck; long ones with restarts do not.",
    instead: SUITE,
    flags: ["iterations-still-gain", "noise-beats-gradients", "steps-not-monotone"],
  },
  {
    category: "gradient masking: shattered gradients",
    mistake:
      "Quantising, encoding or a jumping activation breaks the derivative, and a broken derivative was taken for robustness.",
    instead: "Put a differentiable stand-in on the backward pass, or estimate the slope from differences over noise.",
    flags: ["finite-differences", "zero-gradients", "black-box-beats-white-box"],
  },
  {
    category: "gradient masking: vanishing gradients",
    mistake: "Scores so far apart that the softmax saturates: the cross-entropy and its gradient underflow to zero.",
    instead: "Use a loss on the logits that does not depend on their scale, and never hand in probabilities.",
    flags: ["cross-entropy-underflow", "zero-gradients", "softmax-output"],
  },
  {
    category: "gradient masking: adaptive solver",
    mistake:
      "The solver of a differential equation chooses its steps by the input, so that its gradient is imprecise and the attack needs many more steps.",
    instead: "Fix the solver's steps, attack with far more iterations, and watch whether more still gain.",
    flags: ["iterations-still-gain", "finite-differences"],
  },
  {
    category: "gradient masking: stochastic + non-smooth aggregation",
    mistake: "Noise and a rank-based vote together: each alone would have been seen through.",
    instead:
      "Replace the vote by a mean, average over the noise, start from transferred examples, and only then judge by the real model.",
    flags: ["randomised", "zero-gradients", "black-box-beats-white-box"],
  },
  {
    category: "margin-based training",
    mistake: `These hide nothing; they were a little optimistic. ${WEAK_SUITE}`,
    instead: SUITE,
    flags: ["iterations-still-gain"],
  },
  {
    category: "robust compression",
    mistake: `What was pruned keeps the robustness of its training, less a little. ${WEAK_SUITE}`,
    instead: `${SUITE} Compare with the network before it was compressed.`,
    flags: ["iterations-still-gain"],
  },
  {
    category: "loss design",
    mistake:
      "The model decides by distances to centres, while the attack climbed a cross-entropy that means nothing to it.",
    instead: "Attack the rule that decides: the margin between the two nearest classes.",
    flags: ["cross-entropy-underflow", "black-box-beats-white-box"],
  },
  {
    category: "feature-space regularisation",
    mistake: "Features far apart give large logits: the same loss that trained them saturates in the attack.",
    instead: "Use a loss that does not depend on the scale of the logits, and attacks without gradients.",
    flags: ["cross-entropy-underflow", "black-box-beats-white-box"],
  },
  {
    category: "generative classifier",
    mistake:
      "An optimisation at test time keeps gradient attacks out. That nobody published a break is not a sign that there is none.",
    instead:
      "Attack the likelihoods directly, unroll the optimisation, and use attacks on decisions with a large budget.",
    flags: ["black-box-beats-white-box", "randomised"],
  },
];

/** The lesson of each category, by the category's slug: /lessons/{slug}. */
export const lessons: ReadonlyMap<string, Lesson> = new Map(LESSONS.map((lesson) => [slugOf(lesson.category), lesson]));

/** What to do before a defense is submitted, each with the flag that says that it was not done. */
export const CHECKLIST: readonly { todo: string; flags: readonly FlagId[] }[] = [
  {
    todo: "Write down the threat model: norm, epsilon, what the attacker knows. The attacker knows the defense.",
    flags: ["epsilon-off-the-grid"],
  },
  {
    todo: "Compare the gradient with differences of the loss itself, at inputs and half-way to the ball's edge.",
    flags: ["finite-differences"],
  },
  {
    todo: "Count inputs whose gradient is zero; attack the logits, not probabilities.",
    flags: ["zero-gradients", "softmax-output", "cross-entropy-underflow"],
  },
  {
    todo: "Raise the number of steps until nothing more falls.",
    flags: ["iterations-still-gain", "steps-not-monotone"],
  },
  {
    todo: "Raise epsilon: accuracy must fall, and reach zero in an unbounded ball.",
    flags: ["epsilon-not-monotone", "unbounded-attack-fails"],
  },
  {
    todo: "Run a black-box attack and plain noise: neither may find what gradients do not.",
    flags: ["black-box-beats-white-box", "noise-beats-gradients"],
  },
  {
    todo: "Where something is random, average over many draws; where something is not smooth, put a stand-in on the backward pass.",
    flags: ["randomised", "nondeterministic"],
  },
  { todo: "Plant an example that an attack must find, and see whether it does.", flags: ["binarisation-test"] },
  {
    todo: "Check that an answer depends on its input alone: not on the batch, not on what was asked before.",
    flags: ["batch-dependent", "stateful"],
  },
  { todo: "Measure on points that nothing was trained or chosen on.", flags: ["memorised", "nearest-point"] },
  {
    todo: "Attack it with a method made for it: a general suite is where an evaluation begins, not where it ends.",
    flags: [],
  },
];
