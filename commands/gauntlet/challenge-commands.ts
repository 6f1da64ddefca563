import { writeFileSync } from "node:fs";
import { ChallengeAnswer, Challenges, HistoryAnswer, TableAnswer } from "#commands/gauntlet/answers.ts";
import { Ended, EXIT } from "#commands/gauntlet/exit.ts";
import { Site } from "#commands/gauntlet/site.ts";
import { columns, percent } from "#commands/gauntlet/words.ts";

/** What every command that talks to a site takes. */
export interface SiteOptions {
  site?: string;
  json?: boolean;
}

/** `gauntlet challenge list`. */
export async function listChallenges({ site, json }: SiteOptions): Promise<void> {
  const answer = await new Site(site).json("challenges", Challenges);
  if (json) return console.log(JSON.stringify(answer));
  const rows = answer.challenges.map(({ slug, phase, threatModel, n, ranked, attacks, bestRobustAccuracy }) => [
    ...[slug, phase, threatModel.name, n, ranked, attacks, percent(bestRobustAccuracy)],
  ]);
  console.log(columns(["challenge", "phase", "threat model", "points", "ranked", "attacks", "best"], rows));
}

/** `gauntlet challenge show <slug>`. */
export async function showChallenge(slug: string, { site, json }: SiteOptions): Promise<void> {
  const answer = await readChallenge(new Site(site), slug);
  if (json) return console.log(JSON.stringify(answer));
  const { title, summary, phase, closesAt, threatModel, n, data, minimumCleanAccuracy, attemptsLeft } = answer;
  const facts: [string, string][] = [
    ["phase", closesAt === null ? phase : `${phase}, closes ${closesAt}`],
    ["threat model", threatModel.name],
    ["points", `${n}, [${data.shape.join(", ")}] in [${data.range.join(", ")}], ${data.classes.length} classes`],
    ["holdout", `${data.holdout} inputs, hidden`],
    ["least clean accuracy", percent(minimumCleanAccuracy)],
  ];
  if (attemptsLeft)
    facts.push(["attempts left today", `${attemptsLeft.defenses} defenses, ${attemptsLeft.attacks} attacks`]);
  const width = Math.max(...facts.map(([name]) => name.length));
  console.log([`${title} (${slug})`, summary, "", ...facts.map(([k, v]) => `${k.padEnd(width)}  ${v}`)].join("\n"));
}

/** `gauntlet challenge points <slug>`: keeps points.npz. */
export async function fetchPoints(slug: string, { site, json, out }: SiteOptions & { out?: string }): Promise<void> {
  const file = out ?? `${slug}-points.npz`;
  const bytes = await new Site(site).bytes(`challenges/${encodeURIComponent(slug)}/points.npz`);
  writeFileSync(file, bytes);
  console.log(json ? JSON.stringify({ file, bytes: bytes.length }) : `${file}: x and y, ${bytes.length} bytes`);
}

/** The boards, and the columns of each that fit a terminal. */
const BOARDS = {
  defenses: { path: "boards/defenses", shown: ["rank", "name", "author", "robustAccuracy", "cleanAccuracy", "level"] },
  people: { path: "boards/attacks?view=people", shown: ["rank", "name", "score", "firstBreaks", "attacks"] },
  attacks: { path: "boards/attacks?view=attacks", shown: ["name", "author", "success", "met", "rows"] },
} as const;

/** `gauntlet board <slug>`: a board in full, whatever its number of pages. */
export async function showBoard(slug: string, { site, json, of }: SiteOptions & { of: string }): Promise<void> {
  const board = BOARDS[of as keyof typeof BOARDS];
  if (!board)
    throw new Ended(EXIT.usage, "no-such-board", `expected one of ${Object.keys(BOARDS).join(", ")}, found "${of}".`);
  const from = new Site(site);
  const rows: Record<string, string | number | boolean | null>[] = [];
  const path = `challenges/${encodeURIComponent(slug)}/${board.path}`;
  for (let page = 1, pages = 1; page <= pages; page++) {
    const answer = await from.json(`${path}${path.includes("?") ? "&" : "?"}page=${page}&size=100`, TableAnswer);
    rows.push(...answer.rows);
    pages = answer.pages;
  }
  if (json) return console.log(JSON.stringify({ rows }));
  const shown = board.shown.filter((key) => rows.length === 0 || key in rows[0]!);
  console.log(
    columns(
      shown as string[],
      rows.map((row) => shown.map((key) => plain(row[key] ?? null))),
    ),
  );
}

function plain(cell: string | number | boolean | null): string | number | null {
  return typeof cell === "number" && !Number.isInteger(cell)
    ? Number(cell.toFixed(4))
    : typeof cell === "boolean"
      ? String(cell)
      : cell;
}

/** `gauntlet history <defense>`: its record, oldest first. */
export async function showHistory(defense: string, { site, json }: SiteOptions): Promise<void> {
  const answer = await new Site(site).json(`defenses/${encodeURIComponent(defense)}/history`, HistoryAnswer);
  if (json) return console.log(JSON.stringify(answer));
  const rows = answer.history.map(({ at, kind, threshold, attack, robustAfter }) => [
    ...[at, threshold ?? kind, attack?.name ?? "", percent(robustAfter)],
  ]);
  console.log(columns(["when", "what", "by", "robust accuracy"], rows));
}

export async function readChallenge(site: Site, slug: string): Promise<ChallengeAnswer> {
  return site.json(`challenges/${encodeURIComponent(slug)}`, ChallengeAnswer);
}
