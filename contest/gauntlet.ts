import * as z from "zod";
import type { Norm } from "#contest/threat-model.ts";

/**
 * The gauntlet: the house attacks that every new defense must run, cheapest first, each on the points still standing.
 * Names are the papers': APGD and the suite of `full` https://arxiv.org/abs/2003.01690, FAB https://arxiv.org/abs/1907.02044,
 * Square https://arxiv.org/abs/1912.00049, HopSkipJump https://arxiv.org/abs/1904.02144, RayS https://arxiv.org/abs/2006.12792,
 * NES https://arxiv.org/abs/1804.08598, SPSA https://arxiv.org/abs/1802.05666, FMN https://arxiv.org/abs/2102.12827, LT-Attack https://arxiv.org/abs/2010.11598.
 * BPDA and EOT https://arxiv.org/abs/1802.00420.
 */

/** Where the derivative comes from: the true one, the identity in place of what has none, or a smooth function there. */
export const Variant = z.enum(["exact", "straight-through", "smooth"]);
export type Variant = z.infer<typeof Variant>;

/** Where ONNX Runtime looks for examples. Verdicts are made on `cpu` alone, whatever found them. */
export const Provider = z.enum(["cpu", "webgpu", "cuda"]);
export type Provider = z.infer<typeof Provider>;

export const GAUNTLET_TIERS = ["quick", "full"] as const;
export type GauntletTier = (typeof GAUNTLET_TIERS)[number];

/** What a house job runs: a tier, or the search for nearest examples at whatever distance, in no tier and no cascade. */
export const HOUSE_RUNS = [...GAUNTLET_TIERS, "curve"] as const;
export type HouseRunName = (typeof HOUSE_RUNS)[number];

/** House attacks by their name in stages: what is shown, and what they need of the model. */
export const HOUSE_ATTACKS = {
  transfer: { name: "Transfer", asks: "labels" },
  "apgd-ce": { name: "APGD-CE", asks: "gradient" },
  "apgd-margin": { name: "APGD-margin", asks: "gradient" },
  "apgd-dlr": { name: "APGD-DLR", asks: "gradient" },
  "apgd-t": { name: "APGD-T", asks: "gradient" },
  "fab-t": { name: "FAB-T", asks: "gradient" },
  square: { name: "Square", asks: "scores" },
  nes: { name: "NES", asks: "scores" },
  spsa: { name: "SPSA", asks: "scores" },
  hopskipjump: { name: "HopSkipJump", asks: "labels" },
  rays: { name: "RayS", asks: "labels" },
  "linear-exact": { name: "Exact (linear)", asks: "model" },
  "leaf-tuple": { name: "LT-Attack", asks: "model" },
  noise: { name: "Noise", asks: "labels" },
  fmn: { name: "FMN", asks: "gradient" },
} as const;
export type HouseAttack = keyof typeof HOUSE_ATTACKS;

/** One attack of the cascade with its budget. Iterations, targets, restarts and queries, never seconds (rule 11). */
export const Stage = z.object({
  /** Unique in a gauntlet and the same in every run: tier, attack and variant. */
  id: z.string().regex(/^(quick|full|curve)\/[a-z-]+(@[a-z-]+)?$/),
  attack: z.enum(Object.keys(HOUSE_ATTACKS) as [HouseAttack, ...HouseAttack[]]),
  variant: Variant,
  iterations: z.int().min(0).max(100_000),
  targets: z.int().min(0).max(1000),
});
export type Stage = z.infer<typeof Stage>;

const Count = z.int().min(0).max(1_000_000);
const Word = z.string().max(64);

/** What the runner found out about a model before it attacked it. From an untrusted process: shown, never believed. */
export const Survey = z.object({
  /** Variants that have a gradient, in the order in which they are tried; empty: black-box only. */
  variants: z.array(Variant).max(3),
  /** Why there is no gradient, where there is none. */
  reason: z.string().max(500),
  /** Operators without a rule. */
  missing: z.array(z.object({ op: Word, count: Count })).max(100),
  /** Where a surrogate stands in for a derivative (BPDA), by operator. */
  places: z.array(z.object({ op: Word, surrogate: z.string().max(120), count: Count })).max(100),
  /** Operators that let nothing through. */
  stops: z.array(Word).max(100),
  /** Operators of the head that were cut off before the losses. */
  headCut: z.array(Word).max(100),
  randomOps: Count,
  /** A classifier of trees that is read as boxes. */
  trees: z.boolean().default(false),
  /** The scores, or what they follow from order kept, are a linear function of the input. */
  linear: z.boolean().default(false),
  /** The derivative of the scores as they are put out, with nothing cut off and no surrogate, is zero or there is none. */
  flat: z.boolean().default(false),
  /** Scores change with small changes of the input that leave the answer as it is. */
  moves: z.boolean().default(false),
});
export type Survey = z.infer<typeof Survey>;

/** What a plan follows from: for the rest of a survey it is all the same. */
export type Surveyed = Pick<Survey, "variants"> & Partial<Pick<Survey, "trees" | "linear" | "flat" | "moves">>;

/** What a stage cost and found, as the runner counts it; what it found is judged elsewhere (rule 7). */
export const StageReport = z.object({
  stage: Stage,
  /** Points that it was run on, and those that it believes it broke. */
  attacked: Count,
  found: Count,
  seconds: z.number().min(0),
  /** Version of ONNX Runtime that ran it. */
  ort: z.string().max(40),
  /** What it searched on: of a model that the accelerator could not take, "cpu". */
  provider: Provider.optional(),
  /** Evaluations of the model, in inputs. */
  gradients: z.number().min(0),
  forwards: z.number().min(0),
});
export type StageReport = z.infer<typeof StageReport>;

/** What an evaluation of kind house keeps beside its counts. */
export const HouseDetail = StageReport.pick({
  ...{ stage: true, found: true, gradients: true, forwards: true, provider: true },
}).extend({
  /** How the runner died in it ("timeout", "memory", "crashed", ...); null where it came to its end. */
  ended: z.string().max(20).nullable(),
});
export type HouseDetail = z.infer<typeof HouseDetail>;

interface Budget {
  attack: HouseAttack;
  iterations: number;
  targets?: number;
  norms?: readonly Norm[];
  /** Only for models that it fits. */
  when?: Fit;
}

interface Fit {
  holds(model: Surveyed): boolean | undefined;
  /** Why it is not run on a model that it does not fit. */
  otherwise: string;
}

const linear: Fit = { holds: (model) => model.linear, otherwise: "the model is not linear" };
const trees: Fit = { holds: (model) => model.trees, otherwise: "the model is no ensemble of trees" };
/** Gradients lead nowhere, or only by way of surrogates. */
const blind: Fit = {
  holds: ({ variants, flat }) => variants.length === 0 || flat,
  otherwise: "the model's own gradient is there, which leads further",
};
/** Differences of scores may lead where gradients do not. */
const blindButMoves: Fit = {
  holds: (model) => blind.holds(model) && model.moves,
  otherwise: "the model's own gradient leads further, or its scores stay the same over small changes",
};

const DENSE = ["Linf", "L2", "L1"] as const;

/** `full` is AutoAttack's standard version (APGD-CE, APGD-T, FAB-T, Square; its budgets are the most that a point may cost) and more. In each, the cheapest first, but for noise (contest/cost.ts). */
const BUDGETS: Record<HouseRunName, Budget[]> = {
  quick: [
    { attack: "transfer", iterations: 1 },
    { attack: "linear-exact", iterations: 1, when: linear },
    { attack: "leaf-tuple", iterations: 3, when: trees },
    { attack: "apgd-ce", iterations: 20 },
    { attack: "apgd-t", iterations: 20, targets: 3 },
    { attack: "square", iterations: 200, norms: DENSE },
    { attack: "rays", iterations: 400, norms: ["Linf"], when: blind },
    { attack: "noise", iterations: 20 },
  ],
  full: [
    { attack: "leaf-tuple", iterations: 20, when: trees },
    { attack: "apgd-ce", iterations: 100 },
    { attack: "apgd-margin", iterations: 100 },
    { attack: "apgd-dlr", iterations: 100 },
    { attack: "apgd-t", iterations: 100, targets: 9 },
    { attack: "fab-t", iterations: 100, targets: 9, norms: DENSE },
    { attack: "square", iterations: 5000, norms: DENSE },
    { attack: "rays", iterations: 10_000, norms: ["Linf"], when: blind },
    { attack: "nes", iterations: 100, norms: DENSE, when: blindButMoves },
    { attack: "spsa", iterations: 100, norms: DENSE, when: blindButMoves },
    { attack: "hopskipjump", iterations: 50, norms: ["Linf", "L2"], when: blind },
    { attack: "noise", iterations: 10_000 },
  ],
  curve: [{ attack: "fmn", iterations: 100 }],
};

/**
 * The stages of a tier for a model, in the order in which they run: attacks that need a gradient once for each variant
 * that has one, none where there is none; what fits trees, linear models and hidden gradients where the survey says so.
 */
export function planOf(tier: HouseRunName, survey: Surveyed, norm: Norm): Stage[] {
  return BUDGETS[tier]
    .filter(({ norms, when }) => (!norms || norms.includes(norm)) && (!when || when.holds(survey)))
    .flatMap(({ attack, iterations, targets = 0 }) => {
      const variants = HOUSE_ATTACKS[attack].asks === "gradient" ? survey.variants : (["exact"] as const);
      return variants.map((variant) => ({
        id: `${tier}/${attack}${variant === "exact" ? "" : `@${variant}`}`,
        ...{ attack, variant, iterations, targets },
      }));
    });
}

/** What each tier lets a house attack spend on a point, at most. */
export function budgetsOf(attack: HouseAttack): { tier: HouseRunName; iterations: number; targets: number }[] {
  return HOUSE_RUNS.flatMap((tier) =>
    BUDGETS[tier]
      .filter((budget) => budget.attack === attack)
      .map(({ iterations, targets = 0 }) => ({ tier, iterations, targets })),
  );
}

/** The ids of all stages that a house attack may be run as. */
export function stagesOf(attack: HouseAttack): string[] {
  return HOUSE_RUNS.flatMap((tier) =>
    Variant.options.map((variant) => `${tier}/${attack}${variant === "exact" ? "" : `@${variant}`}`),
  );
}

/** A house attack that is in no tier's plan for a model, and why. */
export interface Skipped {
  attack: HouseAttack;
  why: string;
}

/** What the gauntlet does not run on a model, and why: by the norm, or by what the survey says. */
export function skippedOf(survey: Surveyed & Pick<Survey, "reason">, norm: Norm): Skipped[] {
  const run = new Set(GAUNTLET_TIERS.flatMap((tier) => planOf(tier, survey, norm)).map(({ attack }) => attack));
  const whyNot = ({ attack, norms, when }: Budget) => {
    if (norms && !norms.includes(norm)) return `it knows no ${norm}`;
    if (when && !when.holds(survey)) return when.otherwise;
    return HOUSE_ATTACKS[attack].asks === "gradient" ? `no gradient: ${survey.reason}` : "";
  };
  const skipped = GAUNTLET_TIERS.flatMap((tier) => BUDGETS[tier]).filter(({ attack }) => !run.has(attack));
  return [...new Map(skipped.map((budget) => [budget.attack, whyNot(budget)]))].map(([attack, why]) => ({
    attack,
    why,
  }));
}

const FAULTS: Record<string, string> = {
  memory: "ran out of memory under attack, twice",
  cpu: "used up the CPU time of a whole tier",
  timeout: "fell silent under attack, twice",
  crashed: "crashed under attack, twice",
};

/** The fault of a model on which the full tier is not begun, since it could not come to its end: rule 11. */
export const DOES_NOT_FIT = "does-not-fit";

/** Why a tier could not be run on a model, by how its process ended. */
export function faultSentence(ended: string): string {
  if (ended === DOES_NOT_FIT)
    return "The full gauntlet was not begun: its first attack alone would take more CPU time than the whole of it may.";
  return `The gauntlet could not run: the model's process ${FAULTS[ended] ?? `ended under attack, twice (${ended})`}.`;
}

/** How the stage with this id is called: "APGD-T, straight-through". An id that no stage has is its own name. */
export function stageName(id: string): string {
  const [attack = "", variant] = (id.split("/")[1] ?? "").split("@");
  const known = Object.entries(HOUSE_ATTACKS).find(([key]) => key === attack)?.[1];
  if (!known) return id;
  return variant === undefined ? known.name : `${known.name}, ${variant}`;
}
