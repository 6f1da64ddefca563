import type { Attacked } from "#commands/gauntlet/suite.ts";
import { describeFlag, FLAG_WORDS } from "#contest/flags.ts";
import { stageName } from "#contest/gauntlet.ts";
import { wilson } from "#contest/interval.ts";

/** The report on standard output: a table, or with `json` one object of fractions and counts. */
export function printReport(attacked: Attacked, json: boolean): void {
  if (json) console.log(JSON.stringify(asJson(attacked)));
  else console.log(asText(attacked));
}

function asJson({ n, clean, standing, seconds, stages, survey, flags }: Attacked) {
  return {
    ...{ n, cleanAccuracy: clean / n, robustAccuracy: standing / n, seconds },
    attacks: stages.map(({ stage, standingBefore, standingAfter, seconds: took, provider, gradients, forwards }) => ({
      ...{ id: stage.id, name: stageName(stage.id), variant: stage.variant, standingBefore, standingAfter },
      ...{ provider, seconds: took, gradientEvaluations: gradients, forwardEvaluations: forwards },
    })),
    flags: flags.map((flag) => ({ ...describeFlag(flag), check: flag.check ?? null, evidence: flag.evidence })),
    bpda: survey?.places ?? [],
    survey,
  };
}

const percent = (fraction: number) => `${(fraction * 100).toFixed(1)} %`;

function asText({ n, clean, standing, seconds, stages, survey, flags }: Attacked): string {
  const head = ["attack", "standing", "", "seconds", "gradients", "forwards"];
  const rows = stages.map(({ stage, standingBefore, standingAfter, seconds: took, gradients, forwards }) => [
    stage.id.startsWith("quick/") ? `${stageName(stage.id)} (quick)` : stageName(stage.id),
    percent(standingAfter / n),
    standingAfter < standingBefore ? `-${standingBefore - standingAfter}` : "",
    took.toFixed(1),
    String(gradients),
    String(forwards),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  const [low, high] = wilson(standing, n);
  const notes = [
    survey && survey.variants.length === 0 && `No gradient, black-box only: ${survey.reason}`,
    ...(survey?.places ?? []).map(({ op, surrogate, count }) => `BPDA: ${surrogate} in place of ${op} (${count})`),
    ...flags
      .map(describeFlag)
      .map(({ level, title, sentence, means }) => `${FLAG_WORDS[level]}: ${title}. ${sentence} ${means}`),
  ].filter(Boolean);
  return [
    line(head),
    ...rows.map(line),
    "",
    ...notes,
    `Clean accuracy ${percent(clean / n)}, robust accuracy ${percent(standing / n)} (95 % interval ${percent(low)} to ${percent(high)}), ${n} points, ${seconds.toFixed(1)} s`,
  ].join("\n");
}
