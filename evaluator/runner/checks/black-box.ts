// Athalye, Carlini and Wagner, "Obfuscated gradients give a false sense of security", ICML 2018,
// https://arxiv.org/abs/1802.00420; the threshold is AutoAttack's, https://github.com/fra31/auto-attack
import { HOUSE_ATTACKS } from "#contest/gauntlet.ts";
import type { Check } from "#evaluator/runner/checks/check.ts";

const THRESHOLD = 0.002;

/**
 * Raised if attacks without gradients took points that all attacks with gradients had left. What it means: the gradient
 * leads astray. What to do: attack with one that fits. In the full tier alone: a quick attack leaves points for want of
 * iterations.
 */
export const blackBox: Check = {
  id: "black-box-beats-white-box",
  async run({ tier, stages, points }) {
    const asks = stages.map(({ stage }) => HOUSE_ATTACKS[stage.attack].asks);
    const last = asks.lastIndexOf("gradient");
    if (tier !== "full" || last < 0) return null;
    const found = stages.reduce((sum, stage, i) => (i > last && asks[i] !== "model" ? sum + stage.found : sum), 0);
    return found >= 2 && found > THRESHOLD * points ? { points, found } : null;
  },
};
