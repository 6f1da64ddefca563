import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { readExamples } from "#arrays/examples.ts";
import { readNpz } from "#arrays/npz.ts";
import type { ChallengeAnswer } from "#commands/gauntlet/answers.ts";
import { readChallenge, type SiteOptions } from "#commands/gauntlet/challenge-commands.ts";
import { Ended, EXIT } from "#commands/gauntlet/exit.ts";
import { Site } from "#commands/gauntlet/site.ts";
import { describeProblem } from "#commands/gauntlet/words.ts";
import type { Arena } from "#contest/challenge.ts";
import type { Problem } from "#contest/problem.ts";
import { judgeRows, nothingAdmissible } from "#evaluator/admit-attack.ts";
import { check } from "#onnx/check.ts";

/** What the site would say of a file: what is wrong with it, and what is worth knowing. */
export interface Checked {
  problems: Problem[];
  notes: string[];
}

const MOST_BYTES = 2 ** 28;

/** `gauntlet attack check <slug> <file>`: the site's rules, here; no attempt is spent. Throws Ended for what would be rejected. */
export async function checkAttack(slug: string, file: string, { site, json }: SiteOptions): Promise<void> {
  const from = new Site(site);
  told(await examplesCheck(from, await readChallenge(from, slug), fileBytes(file)), json);
}

/** `gauntlet defense check <slug> <file>`: the static gate, here; the model is read and not run. */
export async function checkDefense(slug: string, file: string, { site, json }: SiteOptions): Promise<void> {
  const { data } = await readChallenge(new Site(site), slug);
  const side = existsSync(`${file}.data`) ? { sideFile: readFileSync(`${file}.data`) } : {};
  const checked = check(fileBytes(file), { shape: data.shape, classes: data.classes.length, ...side });
  if (!checked.ok) return told({ problems: checked.problems, notes: [] }, json);
  const { nodes, parameters, layout, randomOps } = checked.facts;
  const notes = [`${nodes} nodes, ${parameters} parameters; reads ${layout}${randomOps > 0 ? "; randomised" : ""}.`];
  told({ problems: [], notes }, json);
}

/** Reads a file of examples as the evaluator will, and judges each row by rule 3. */
export async function examplesCheck(site: Site, challenge: ChallengeAnswer, bytes: Uint8Array): Promise<Checked> {
  const { data, grid, n, threatModel } = challenge;
  const read = readExamples(bytes, { count: n, shape: data.shape, grid, maxBytes: MOST_BYTES });
  if (!read.ok) return { problems: read.problems, notes: [] };
  const { norm, epsilon } = threatModel;
  const classes = data.classes.length;
  const arena: Arena = { norm, epsilon, grid, range: data.range, shape: data.shape, classes, points: n };
  const size = data.shape.reduce((a, b) => a * b, 1);
  const points = await cleanPoints(site, challenge);
  const judged = judgeRows({ arena, points, size }, { index: read.index, x: read.x });
  const rows = read.index.length;
  if (judged.points.length === 0) return { problems: [nothingAdmissible(judged.faults, rows)], notes: read.notes };
  const faults = Object.entries(judged.faults).map(
    ([rule, { count, first }]) => `Not counted: ${count} rows, ${rule} (the first: row ${first[0]!.row}).`,
  );
  return { problems: [], notes: [`${judged.points.length} of ${rows} rows are admissible.`, ...faults, ...read.notes] };
}

async function cleanPoints(site: Site, { slug, data }: ChallengeAnswer): Promise<Float32Array> {
  const read = readNpz(await site.bytes(`challenges/${slug}/points.npz`), ["x"], { maxBytes: 2 ** 31 });
  const x = Float32Array.from((read.ok && read.arrays.get("x")?.data) || [], Number);
  if (createHash("sha256").update(new Uint8Array(x.buffer)).digest("hex") === data.pointsSha256) return x;
  throw new Ended(EXIT.failed, "sha256-mismatch", `The points of ${slug} do not have the SHA-256 that the site gives.`);
}

/** A file whole. Throws Ended where there is none. */
export function fileBytes(file: string): Uint8Array<ArrayBuffer> {
  if (!existsSync(file)) throw new Ended(EXIT.usage, "no-such-file", `${file}: there is no such file.`);
  return new Uint8Array(readFileSync(file));
}

function told({ problems, notes }: Checked, json = false): void {
  if (json) console.log(JSON.stringify({ ok: problems.length === 0, problems, notes }));
  else for (const line of problems.length > 0 ? problems.map(describeProblem) : notes) console.log(line);
  if (problems.length > 0) process.exitCode = EXIT.rejected;
}
