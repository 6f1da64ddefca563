import { Command, InvalidArgumentError } from "commander";
import { completionScript } from "#commands/gauntlet/completion.ts";
import { ending } from "#commands/gauntlet/exit.ts";
import { addSiteCommands } from "#commands/gauntlet/site-program.ts";
import { Epsilon, Norm } from "#contest/threat-model.ts";

/**
 * `npm run gauntlet -- <command>`: the suite on any model, in the sandbox, without site or database (`run`, `flags`), and
 * a site from the terminal (the others). `gauntlet.ts <command> --help` says more; exit statuses: commands/gauntlet/exit.ts.
 */

const numbers = (text: string) => {
  const values = text.split(",").map(Number);
  if (values.some((value) => !Number.isFinite(value))) throw new InvalidArgumentError("expected numbers, with commas");
  return values;
};
const parsed =
  <T>(schema: { safeParse(value: string): { success: boolean; data?: T } }, expected: string) =>
  (text: string): T => {
    const result = schema.safeParse(text);
    if (!result.success) throw new InvalidArgumentError(`expected ${expected}`);
    return result.data!;
  };
const grid = (text: string) => {
  if (text === "none") return null;
  const steps = Number(text);
  if (!Number.isInteger(steps) || steps < 1 || steps > 65_535)
    throw new InvalidArgumentError('expected "none" or steps');
  return steps;
};
const tier = (text: string) => {
  if (text !== "quick" && text !== "full") throw new InvalidArgumentError('expected "quick" or "full"');
  return text;
};
const seed = (text: string) => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("expected a whole number");
  return Number(text);
};

const program = new Command("gauntlet")
  .description("Attack classifiers as the site does, and talk to a site.")
  .exitOverride();
const withInputs = (command: Command) =>
  command
    .requiredOption("--points <file>", "inputs, .npy [N, C, H, W] or [N, H, W, C], in [0, 1]")
    .requiredOption("--labels <file>", "their classes, .npy [N]")
    .option("--norm <norm>", "Linf, L2, L1 or L0", parsed(Norm, "Linf, L2, L1 or L0"), "Linf")
    .requiredOption("--epsilon <radius>", "a number, or a fraction such as 8/255", parsed(Epsilon, "a radius above 0"))
    .option("--tier <tier>", "quick or full (which runs quick first)", tier, "quick")
    .option("--grid <steps>", "steps between 0 and 1 that examples are rounded to, or none", grid, null)
    .option("--mean <numbers>", "subtracted from inputs before the model, one number or one a channel", numbers)
    .option("--std <numbers>", "what inputs are divided by after that", numbers)
    .option("--classes <number>", "of the model; default: what the labels show", seed)
    .option("--seed <number>", "of every random stream", seed, 0);
withInputs(program.command("run"))
  .argument("<model>", "an .onnx file (with its .onnx.data file beside it), or a zip of the two")
  .option("--json", "print one JSON object on standard output")
  .option("--out <file>", "keep the examples found: .npz with x_adv and index")
  .action(async (model, options) => {
    const { runGauntlet } = await import("#commands/gauntlet/run.ts");
    await runGauntlet({ model, ...options, json: options.json === true });
  });
withInputs(program.command("flags"))
  .description("A table of what every check of the red flags found on each model, raised or not.")
  .argument("<models...>", ".onnx files, or folders of them")
  .action(async (models, options) => {
    const { printChecks } = await import("#commands/gauntlet/checks.ts");
    await printChecks(models, options);
  });
addSiteCommands(program);
program
  .command("completion")
  .description("A script that completes this command in bash.")
  .action(() => console.log(completionScript(program)));
await ending(() => program.parseAsync());
