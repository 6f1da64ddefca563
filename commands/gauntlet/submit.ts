import { existsSync } from "node:fs";
import { basename } from "node:path";
import { Created, DefenseAnswer } from "#commands/gauntlet/answers.ts";
import { readChallenge, type SiteOptions } from "#commands/gauntlet/challenge-commands.ts";
import { examplesCheck, fileBytes } from "#commands/gauntlet/check.ts";
import { Ended, EXIT } from "#commands/gauntlet/exit.ts";
import { Site } from "#commands/gauntlet/site.ts";
import { waitFor } from "#commands/gauntlet/submission-commands.ts";
import { describeProblem, percent } from "#commands/gauntlet/words.ts";

/** A submission's own form: text fields, of which those that are not given are left out. */
export interface SubmitOptions extends SiteOptions {
  name: string;
  paper?: string;
  code?: string;
  description?: string;
  wait?: boolean;
}

/** `gauntlet attack submit <slug> <file>`: checked here first, so that nothing is sent that would be rejected. */
export async function submitAttack(
  slug: string,
  file: string,
  { target, queries, ...options }: SubmitOptions & { target?: string; queries?: string },
): Promise<void> {
  const site = signedIn(options.site);
  const bytes = fileBytes(file);
  const { problems } = await examplesCheck(site, await readChallenge(site, slug), bytes);
  if (problems.length > 0) throw new Ended(EXIT.rejected, problems[0]!.code, problems.map(describeProblem).join("\n"));
  const form = formOf({ ...fields(options), target, queries });
  form.set("examples", new Blob([bytes]), basename(file));
  await send(site, `challenges/${encodeURIComponent(slug)}/attacks`, form, options);
}

/** `gauntlet defense submit <slug> <model.onnx>`, with its .onnx.data file where one lies beside it. */
export async function submitDefense(
  slug: string,
  file: string,
  { claim, licence, ...options }: SubmitOptions & { claim: string; licence: string },
): Promise<void> {
  const site = signedIn(options.site);
  const form = formOf({ ...fields(options), claim, licence });
  form.set("model", new Blob([fileBytes(file)]), basename(file));
  const side = `${file}.data`;
  if (existsSync(side)) form.set("side", new Blob([fileBytes(side)]), basename(side));
  await send(site, `challenges/${encodeURIComponent(slug)}/defenses`, form, options);
}

/** `gauntlet defense show <id>`. */
export async function showDefense(id: string, { site, json }: SiteOptions): Promise<void> {
  const answer = await new Site(site).json(`defenses/${encodeURIComponent(id)}`, DefenseAnswer);
  if (json) return console.log(JSON.stringify(answer));
  const { name, author, challenge, claim, robustAccuracy, cleanAccuracy, level, tier, faced, unrankedBecause } = answer;
  console.log(
    [
      `${name} by ${author}, in ${challenge}: ${level}`,
      `robust accuracy ${percent(robustAccuracy)} (claimed ${percent(claim)}), clean ${percent(cleanAccuracy)}`,
      `${faced} attacks faced, gauntlet ${tier}, ${unrankedBecause === null ? "ranked" : `not ranked: ${unrankedBecause}`}`,
    ].join("\n"),
  );
}

function signedIn(given?: string): Site {
  const site = new Site(given);
  if (site.credentials.token !== null) return site;
  throw new Ended(EXIT.signIn, "sign-in-first", 'Submitting needs an API token: "gauntlet login", or GAUNTLET_TOKEN.');
}

function fields({ name, paper, code, description }: SubmitOptions): Record<string, string | undefined> {
  return { name, paper, code, description };
}

function formOf(given: Record<string, string | undefined>): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(given)) if (value !== undefined) form.set(key, value);
  return form;
}

async function send(site: Site, path: string, form: FormData, { wait, json }: SubmitOptions): Promise<void> {
  const created = await site.post(path, form, Created);
  if (wait) return waitFor(site, created.id, json);
  console.log(
    json ? JSON.stringify(created) : `${created.id}: queued. ${site.credentials.url}/submissions/${created.id}`,
  );
}
