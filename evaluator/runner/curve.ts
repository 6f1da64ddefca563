import type { Stage } from "#contest/gauntlet.ts";
import type { CurveJob, HouseJob } from "#contest/job.ts";
import { report } from "#evaluator/runner/channel.ts";
import { floatsOf, prepare, runStage } from "#evaluator/runner/house.ts";
import { attackOf } from "#evaluator/runner/house-attacks.ts";
import { openVictim } from "#evaluator/runner/victim.ts";

/**
 * Looks for the nearest adversarial example of every row, once for each variant of the gradient: each starts afresh, so
 * that a row's nearest one counts whichever found it. Examples are believed by nobody (rule 7).
 */
export async function curve({ iterations, ...given }: CurveJob): Promise<void> {
  const job: HouseJob = { ...given, kind: "house", tier: "full", startRows: [], done: [] };
  const rows = floatsOf("/in/rows.f32");
  const victim = await openVictim(job, rows);
  report({ type: "survey", survey: victim.survey });
  const standing = await prepare(job, victim, rows);
  const { variants } = victim.survey;
  for (const [place, variant] of variants.entries()) {
    standing.fallen.fill(0);
    const id = `full/fmn${variant === "exact" ? "" : `@${variant}`}`;
    const stage: Stage = { id, attack: "fmn", variant, iterations, targets: 0 };
    await runStage(job, victim, standing, stage, attackOf(stage), [place, variants.length]);
  }
}
