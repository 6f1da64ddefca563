import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { SubmissionAnswer } from "#commands/gauntlet/answers.ts";
import type { SiteOptions } from "#commands/gauntlet/challenge-commands.ts";
import { EXIT, type Exit } from "#commands/gauntlet/exit.ts";
import { Site } from "#commands/gauntlet/site.ts";
import { describeProblem, percent } from "#commands/gauntlet/words.ts";
import { TERMINAL_STATES } from "#contest/submission.ts";

/** `gauntlet submission show <id>`. */
export async function showSubmission(id: string, { site, json }: SiteOptions): Promise<void> {
  print(await read(new Site(site), id), json);
}

/** `gauntlet submission wait <id>`: until it is over; the exit status says how it ended. */
export async function waitForSubmission(id: string, { site, json }: SiteOptions): Promise<void> {
  await waitFor(new Site(site), id, json);
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3_000;

/** Waits until a submission is over, with a line on a terminal that says where it is, and prints it. */
export async function waitFor(site: Site, id: string, json = false): Promise<void> {
  for (let ms = FIRST_PAUSE_MS; ; ms = Math.min(ms * 1.5, LONGEST_PAUSE_MS)) {
    const submission = await read(site, id);
    if (TERMINAL_STATES.includes(submission.status)) {
      if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
      print(submission, json);
      process.exitCode = exitOf(submission);
      return;
    }
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${lineOf(submission)}`);
    await pause(ms);
  }
}

const LogLine = z.object({ at: z.string(), state: z.string(), message: z.string() });

/** `gauntlet submission logs <id>`: what has happened to it; with `follow` until it is over. */
export async function showLogs(id: string, { site, json, follow }: SiteOptions & { follow?: boolean }): Promise<void> {
  const answer = await new Site(site).send(`submissions/${encodeURIComponent(id)}/events`);
  for await (const { event, data } of eventsOf(answer)) {
    // The log so far comes first; where it is now comes after that.
    if (event === "end" || (event === "progress" && !follow)) break;
    if (event !== "log") continue;
    const { at, state, message } = LogLine.parse(JSON.parse(data));
    console.log(json ? data : `${at}  ${state.padEnd(10)}  ${message}`);
  }
}

/** The server-sent events of an answer (HTML, 9.2), as far as this site sends them. */
async function* eventsOf(answer: Response): AsyncGenerator<{ event: string; data: string }> {
  let rest = "";
  for await (const chunk of (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split("\n\n");
    rest = blocks.pop()!;
    for (const block of blocks) {
      const field = (name: string) => block.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
      const [event, data] = [field("event"), field("data")];
      if (event !== undefined && data !== undefined) yield { event, data };
    }
  }
}

function read(site: Site, id: string): Promise<SubmissionAnswer> {
  return site.json(`submissions/${encodeURIComponent(id)}`, SubmissionAnswer);
}

function exitOf({ status }: SubmissionAnswer): Exit {
  return status === "scored" ? EXIT.ok : status === "rejected" ? EXIT.rejected : EXIT.failed;
}

const WIDTH = 20;

function lineOf({ status, stage, place, done, total }: SubmissionAnswer): string {
  const filled = total > 0 ? Math.round((WIDTH * done) / total) : 0;
  const bar = total > 0 ? ` ${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${done}/${total}` : "";
  return `${status}${place === null ? "" : `, place ${place}`}${stage === "" ? "" : `: ${stage}`}${bar}`;
}

function print(submission: SubmissionAnswer, json = false): void {
  console.log(json ? JSON.stringify(submission) : textOf(submission));
}

function textOf(submission: SubmissionAnswer): string {
  const { id, kind, name, challenge, problems, failure, result } = submission;
  const lines = [`${id}  ${kind} "${name}" in ${challenge}: ${lineOf(submission)}`, ...problems.map(describeProblem)];
  if (failure !== null) lines.push(`This failed on the site's side (reference ${failure}); no attempt is spent.`);
  if (result && kind === "defense")
    lines.push(
      `clean ${percent(result.cleanAccuracy)}, robust ${percent(result.robustAccuracy)} of ${result.n} points`,
    );
  if (result && kind === "attack")
    lines.push(`${result.admissible} of ${result.rows} rows count; mean success ${percent(result.success)}`);
  return lines.join("\n");
}
