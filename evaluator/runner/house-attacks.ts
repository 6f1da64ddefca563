import type { HouseAttack, Stage } from "#contest/gauntlet.ts";
import { apgd } from "#evaluator/runner/attacks/apgd.ts";
import type { Attack } from "#evaluator/runner/attacks/attack.ts";
import { fab } from "#evaluator/runner/attacks/fab.ts";
import { hopSkipJump } from "#evaluator/runner/attacks/hop-skip-jump.ts";
import { noise } from "#evaluator/runner/attacks/noise.ts";
import { square } from "#evaluator/runner/attacks/square.ts";
import { transfer } from "#evaluator/runner/attacks/transfer.ts";

type Make = (stage: Stage) => Attack;

const MAKE: Record<HouseAttack, Make> = {
  transfer: () => transfer(),
  "apgd-ce": ({ iterations }) => apgd({ loss: "cross-entropy", iterations }),
  "apgd-margin": ({ iterations }) => apgd({ loss: "margin", iterations }),
  "apgd-dlr": ({ iterations }) => apgd({ loss: "dlr", iterations }),
  "apgd-t": ({ iterations, targets }) => apgd({ loss: "targeted-dlr", iterations, targets }),
  "fab-t": ({ iterations, targets }) => fab({ iterations, targets }),
  square: ({ iterations }) => square({ queries: iterations }),
  hopskipjump: ({ iterations }) => hopSkipJump({ steps: iterations }),
  noise: ({ iterations }) => noise({ draws: iterations }),
};

/** The attack of a stage, with the stage's budget. */
export function attackOf(stage: Stage): Attack {
  return MAKE[stage.attack](stage);
}
