import { globSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type GauntletOptions, withSuite } from "#commands/gauntlet/run.ts";
import type { Attacked } from "#commands/gauntlet/suite.ts";
import { FLAG_RULES } from "#contest/flag-rules.ts";
import { CHECKS_OF, type Checked, isRaised } from "#contest/flags.ts";
import { GAUNTLET_TIERS, type GauntletTier } from "#contest/gauntlet.ts";

/**
 * Attacks and checks each model, and prints a Markdown table for each tier: a row a check, a column a model, in each cell
 * the check's numbers, bold where they raise its flag. For measuring false alarms.
 */
export async function printChecks(given: string[], options: GauntletOptions): Promise<void> {
  const models = given.flatMap((path) => (statSync(path).isDirectory() ? modelsIn(path) : [path]));
  const results: [name: string, attacked: Attacked][] = [];
  await withSuite(options, async (attack) => {
    for (const model of models) results.push([basename(model, ".onnx"), await attack(model)]);
  });
  console.log(
    tableOf(
      ["model", ...results.map(([name]) => name)],
      [
        ["robust accuracy", ...results.map(([, { standing, n }]) => `${((100 * standing) / n).toFixed(1)} %`)],
        ["flags", ...results.map(([, { flags }]) => flags.map(({ id }) => id).join(" ") || "none")],
      ],
    ),
  );
  for (const tier of GAUNTLET_TIERS.filter((each) => results.some(([, { checked }]) => checked[each]))) {
    const rows = CHECKS_OF[tier].map((check) => [
      `${check} (${FLAG_RULES[check].evidence.join(" / ")})`,
      ...results.map(([, { checked }]) => cell(checked[tier]?.find((each) => each.check === check))),
    ]);
    console.log(`\n${tableOf([`after ${tier satisfies GauntletTier}`, ...results.map(([name]) => name)], rows)}`);
  }
}

const modelsIn = (folder: string) =>
  globSync("*.onnx", { cwd: folder })
    .sort()
    .map((name) => join(folder, name));

function cell(checked: Checked | undefined): string {
  if (!checked) return "not run";
  const { check, found } = checked;
  if (found === null) return "does not apply";
  if (found === "failed") return "**failed**";
  const numbers = FLAG_RULES[check].evidence.map((name) => Number(found[name]!.toFixed(3))).join(" / ");
  return isRaised({ id: check, evidence: found }) ? `**${numbers}**` : numbers;
}

function tableOf(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
