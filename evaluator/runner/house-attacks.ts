import type { HouseAttack, Stage } from "#contest/gauntlet.ts";
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

type Known = Pick<Victim, "trees" | "linear">;
type Make = (stage: Stage, known: Known) => Attack;

const MAKE: Record<HouseAttack, Make> = {
  transfer: () => transfer(),
  "apgd-ce": ({ iterations }) => apgd({ loss: "cross-entropy", iterations }),
  "apgd-margin": ({ iterations }) => apgd({ loss: "margin", iterations }),
  "apgd-dlr": ({ iterations }) => apgd({ loss: "dlr", iterations }),
  "apgd-t": ({ iterations, targets }) =>
    apgd({ loss: "targeted-dlr", iterations, targets, giveUp: mayGiveUp(iterations) }),
  "fab-t": ({ iterations, targets }) => fab({ iterations, targets, giveUp: mayGiveUp(iterations) }),
  square: ({ iterations }) => square({ queries: iterations }),
  fmn: ({ iterations }) => fmn({ steps: iterations }),
  nes: ({ iterations }) => nes({ estimator: "NES", steps: iterations }),
  spsa: ({ iterations }) => nes({ estimator: "SPSA", steps: iterations }),
  rays: ({ iterations }) => rays({ queries: iterations }),
  "linear-exact": (stage, { linear }) => linearExact(linear ?? unknown(stage)),
  "leaf-tuple": (stage, { trees }) => leafTuple(trees ?? unknown(stage), { starts: stage.iterations }),
  hopskipjump: ({ iterations }) => hopSkipJump({ steps: iterations }),
  noise: ({ iterations }) => noise({ draws: iterations }),
};

/** What a run has come to is told by its first iterations where there are a hundred; not by the first four of twenty. */
function mayGiveUp(iterations: number): boolean {
  return iterations >= 100;
}

/** The attack of a stage, with the stage's budget, and what is known of the model where the attack goes by that. */
export function attackOf(stage: Stage, known: Known): Attack {
  return MAKE[stage.attack](stage, known);
}

function unknown({ id }: Stage): never {
  throw new Error(`${id} was planned for a model that it does not fit`);
}
