import { isDeepStrictEqual } from "node:util";
import { type HouseRunName, planOf, type Stage, type Survey } from "#contest/gauntlet.ts";
import type { Norm } from "#contest/threat-model.ts";
import type { Found } from "#evaluator/house.ts";

/** What the runner was asked for. */
interface Asked {
  tier: HouseRunName;
  norm: Norm;
  /** Stages that ran before. */
  done: readonly string[];
  /** How many inputs are under attack. */
  points: number;
}

export interface StageWatch {
  survey(survey: Survey): void;
  stage(found: Found): void;
  /** The report has come to its end. */
  end(): void;
  /** The first thing that the report said and that cannot be. */
  lie(): string | null;
}

/**
 * Holds a runner's report against the plan that follows from its own survey: one survey, then every stage of the plan
 * that has not run before, once, in order, with the plan's budget, each on the inputs that the stages before left
 * standing (nearest examples are looked for on all of them by every stage). A runner that its model took over could otherwise leave attacks out. `survey` and `stage` throw at the
 * first lie, so that the run ends there.
 */
export function stageWatch({ tier, norm, done, points }: Asked): StageWatch {
  let expected: Stage[] | null = null;
  let lie: string | null = null;
  const fallen = new Set<number>();
  const caught = (what: string): never => {
    lie ??= what;
    throw new Error(`the report is dishonest: ${what}`);
  };
  return {
    survey(survey) {
      if (expected) caught("a second survey");
      // Attacks that ask for answers alone are in every plan; those that ask for a gradient go only with a reason, which is shown.
      if (survey.variants.length === 0 && survey.reason === "") caught("no gradient, and no reason");
      if (new Set(survey.variants).size !== survey.variants.length) caught("a variant twice");
      expected = planOf(tier, survey, norm).filter(({ id }) => !done.includes(id));
    },
    stage({ report: { stage, attacked, found }, rows }) {
      const next = expected?.shift();
      if (!next || !isDeepStrictEqual(stage, next)) caught(`stage ${stage.id} where ${next?.id ?? "none"} was due`);
      if (attacked !== points - fallen.size) caught(`${stage.id} on ${attacked} inputs of ${points - fallen.size}`);
      if (found > attacked || rows.some((row) => fallen.has(row))) caught(`${stage.id} found what had fallen before`);
      if (tier !== "curve") for (const row of rows) fallen.add(row);
    },
    end() {
      if (!expected) lie ??= "no survey";
      else if (expected.length > 0) lie ??= `an end before ${expected[0]!.id}`;
    },
    lie: () => lie,
  };
}
