import type { Command } from "commander";

/** Adds the commands that talk to a site. What each does is loaded when it is called: completion and help come at once. */
export function addSiteCommands(program: Command): void {
  const at = (command: Command) =>
    command
      .option("--site <url>", "the site; default: GAUNTLET_URL, or that of login")
      .option("--json", "print one JSON object on standard output");

  at(program.command("login").description("Keep an API token, read from standard input, for a site.")).action(
    async (options) => (await import("#commands/gauntlet/login.ts")).login(options),
  );

  const challenge = program.command("challenge").description("What challenges there are, and their points.");
  at(challenge.command("list")).action(async (options) => (await challengeCommands()).listChallenges(options));
  at(challenge.command("show").argument("<slug>")).action(async (slug, options) =>
    (await challengeCommands()).showChallenge(slug, options),
  );
  at(challenge.command("points").argument("<slug>"))
    .option("--out <file>", "default: <slug>-points.npz")
    .action(async (slug, options) => (await challengeCommands()).fetchPoints(slug, options));

  at(program.command("board").description("A board in full.").argument("<slug>"))
    .option("--of <board>", "defenses, people or attacks", "defenses")
    .action(async (slug, options) => (await challengeCommands()).showBoard(slug, options));
  at(program.command("history").description("The record of a defense.").argument("<defense>")).action(
    async (defense, options) => (await challengeCommands()).showHistory(defense, options),
  );
  addEntries(program, at);

  const submission = program.command("submission").description("Where a submission is, and what came of it.");
  at(submission.command("show").argument("<id>")).action(async (id, options) =>
    (await submissionCommands()).showSubmission(id, options),
  );
  at(submission.command("logs").argument("<id>"))
    .option("--follow", "until it is over")
    .action(async (id, options) => (await submissionCommands()).showLogs(id, options));
  at(submission.command("wait").argument("<id>")).action(async (id, options) =>
    (await submissionCommands()).waitForSubmission(id, options),
  );

  at(program.command("reproduce").argument("<evaluations...>", "their numbers"))
    .description("Measure evaluations again from what the site publishes, and compare every verdict.")
    .action(async (evaluations, options) => {
      const { reproduce } = await import("#commands/gauntlet/reproduce.ts");
      await reproduce(evaluations, { ...options, json: options.json === true });
    });
}

const challengeCommands = () => import("#commands/gauntlet/challenge-commands.ts");
const submissionCommands = () => import("#commands/gauntlet/submission-commands.ts");

function addEntries(program: Command, at: (command: Command) => Command): void {
  const entry = (command: Command) =>
    at(command.argument("<slug>").argument("<file>"))
      .requiredOption("--name <name>", "what it is called")
      .option("--paper <url>")
      .option("--code <url>")
      .option("--description <text>", "Markdown")
      .option("--wait", "until it is over; the exit status says how it ended");

  const attack = program.command("attack").description("Adversarial examples, .npy or .npz with x_adv and index.");
  at(attack.command("check").argument("<slug>").argument("<file>"))
    .description("The site's rules, here; no attempt is spent.")
    .action(async (slug, file, options) =>
      (await import("#commands/gauntlet/check.ts")).checkAttack(slug, file, options),
    );
  entry(attack.command("submit"))
    .option("--target <defense>", "the defense that it was made for")
    .option("--queries <number>", "queries spent a point")
    .action(async (...given) =>
      (await import("#commands/gauntlet/submit.ts")).submitAttack(given[0], given[1], given[2]),
    );

  const defense = program.command("defense").description("Classifiers as ONNX.");
  at(defense.command("check").argument("<slug>").argument("<file>"))
    .description("The static gate, here; the model is read, not run.")
    .action(async (slug, file, options) =>
      (await import("#commands/gauntlet/check.ts")).checkDefense(slug, file, options),
    );
  entry(defense.command("submit"))
    .requiredOption("--claim <fraction>", "robust accuracy under the threat model, in [0, 1]")
    .requiredOption("--licence <licence>", "such as MIT or CC-BY-4.0")
    .action(async (...given) =>
      (await import("#commands/gauntlet/submit.ts")).submitDefense(given[0], given[1], given[2]),
    );
  at(defense.command("show").argument("<id>")).action(async (id, options) =>
    (await import("#commands/gauntlet/submit.ts")).showDefense(id, options),
  );
}
