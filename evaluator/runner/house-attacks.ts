import type { HouseAttack, Stage, Survey } from "#contest/gauntlet.ts";
import { apgd } from "#evaluator/runner/attacks/apgd.ts";
import type { Attack } from "#evaluator/runner/attacks/attack.ts";
import { fab } from "#evaluator/runner/attacks/fab.ts";
import { fmn } from "#evaluator/runner/attacks/fmn.ts";
import { hopSkipJump } from "#evaluator/runner/attacks/hop-skip-jump.ts";
import { leafTuple } from "#evaluator/runner/attacks/leaf-tuple.ts";
import { linearExact } from "#evaluator/runner/attacks/linear-exact.ts";
import { nes } from "#evaluator/runner/attacks/nes.ts";
import { noise } from "#evaluator/runner/attacks/noise.ts";
import { rays } from "#evaluator/runner/attacks/rays.ts";
import { square } from "#evaluator/runner/attacks/square.ts";
import { transfer } from "#evaluator/runner/attacks/transfer.ts";
import type { Victim } from "#evaluator/runner/victim.ts";

type Known = Pick<Victim, "trees" | "linear" | "survey">;
type Make = (stage: Stage, known: Known) => Attack;

const MAKE: Record<HouseAttack, Make> = {
  transfer: () => transfer(),
  "apgd-ce": ({ iterations }) => apgd({ loss: "cross-entropy", iterations }),
  "apgd-margin": (stage, known) =>
    apgd({ loss: "margin", iterations: stage.iterations, giveUp: mayGiveUp(stage, known) }),
  "apgd-dlr": (stage, known) => apgd({ loss: "dlr", iterations: stage.iterations, giveUp: mayGiveUp(stage, known) }),
  "apgd-t": (stage, known) => {
    const { iterations, targets } = stage;
    return apgd({ loss: "targeted-dlr", iterations, targets, giveUp: mayGiveUp(stage, known) });
  },
  "fab-t": (stage, known) =>
    fab({ iterations: stage.iterations, targets: stage.targets, giveUp: mayGiveUp(stage, known) }),
  square: (stage, known) => square({ queries: stage.iterations, giveUp: mayGiveUp(stage, known) }),
  fmn: ({ iterations }) => fmn({ steps: iterations }),
  nes: ({ iterations }) => nes({ estimator: "NES", steps: iterations }),
  spsa: ({ iterations }) => nes({ estimator: "SPSA", steps: iterations }),
  rays: ({ iterations }) => rays({ queries: iterations }),
  "linear-exact": (stage, { linear }) => linearExact(linear ?? unknown(stage)),
  "leaf-tuple": (stage, { trees }) => leafTuple(trees ?? unknown(stage), { starts: stage.iterations }),
  hopskipjump: ({ iterations }) => hopSkipJump({ steps: iterations }),
  noise: ({ iterations }, { survey }) => noise({ draws: iterations, brisk: isOpen(survey) }),
};

/** What a run has come to is told by its first iterations where there are a hundred; not by the first four of twenty. */
function mayGiveUp({ iterations }: Stage, { survey }: Known): boolean {
  return iterations >= 100 && isOpen(survey);
}

/**
 * Whether nothing stands between a model's scores and the attacks: its own gradient is whole, and its scores are neither
 * squashed nor drawn. Then how far a search has come tells how far it may get, and what is out of reach is given up;
 * where anything may hide what is near, every search spends its whole budget.
 */
function isOpen({ variants, headCut, stops, flat, randomOps }: Survey): boolean {
  const exactAlone = variants.length === 1 && variants[0] === "exact";
  return exactAlone && headCut.length === 0 && stops.length === 0 && !flat && randomOps === 0;
}

/** The attack of a stage, with the stage's budget, and what is known of the model where the attack goes by that. */
export function attackOf(stage: Stage, known: Known): Attack {
  return MAKE[stage.attack](stage, known);
}

function unknown({ id }: Stage): never {
  throw new Error(`${id} was planned for a model that it does not fit`);
}
