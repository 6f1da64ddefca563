import type { FlagId } from "#contest/flags.ts";
import type { GauntletTier, Stage, Survey, Variant } from "#contest/gauntlet.ts";
import type { Task } from "#evaluator/runner/attacks/attack.ts";
import type { Oracle } from "#evaluator/runner/attacks/pool.ts";

/** A model after a tier's attacks, as checks see it. */
export interface Patient {
  tier: GauntletTier;
  survey: Survey;
  oracle(variant: Variant): Promise<Oracle>;
  /** Clean inputs under attack, at most 64, each with a random stream of the check's own. */
  tasks(check: FlagId): Task[];
  /** Inputs that the tier began with. */
  points: number;
  /** What the stages that ran did, in their order. */
  stages: { stage: Stage; attacked: number; found: number }[];
}

/** One sign of a defense that hides its gradient. Its texts are in contest/flags.ts. */
export interface Check {
  id: FlagId;
  /** The numbers that raise the flag; null where it is not raised, or does not apply. */
  run(patient: Patient): Promise<Record<string, number> | null>;
}
