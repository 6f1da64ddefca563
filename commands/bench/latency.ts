import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { writeNpy } from "#arrays/npy.ts";
import { inWords, median, quantile } from "#commands/bench/apparatus/figures.ts";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { mnistFolder, mnistPoints } from "#commands/bench/apparatus/mnist.ts";
import { readJson, sendForm } from "#commands/bench/apparatus/requests.ts";
import { type SandboxStart, sandboxStarts } from "#commands/bench/apparatus/sandbox-starts.ts";
import { problemLines } from "#commands/bundled-challenges.ts";
import { checkout } from "#commands/checkout.ts";
import { withDatabase } from "#commands/installation.ts";
import { separateInstallation, startInstallation } from "#commands/installation-process.ts";
import { TERMINAL_STATES } from "#contest/submission.ts";
import { provide } from "#env.ts";

const SLUG = "mnist-four";
const POLL_MS = 25;

/** Moments of one attack, milliseconds after the last byte of its upload was sent. */
type Timing = { scored: number; board: number; events: { state: string; at: number }[] };

/** Attacks of 1,000 examples on four small defenses: from the end of the upload to the board. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const attacks = options.small ? 3 : 30;
  const state = mkdtempSync(join(tmpdir(), "gauntlet-bench-"));
  try {
    const starts = await sandboxStarts(join(state, "starts"), options.small ? 3 : 21);
    const timings = await withInstallation(join(state, "state"), (site, token) => measure(site, token, attacks));
    publish("latency", began, how(attacks, starts.length), findings(timings, starts), options);
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}

function how(attacks: number, starts: number): string {
  return (
    `A whole installation (\`npm start\`), no submission waiting, the baselines' full gauntlets running behind at the lowest priority; a challenge with the points of mnist-linf and its four deterministic baselines. ${attacks} attacks, each 1,000 ` +
    "examples as float32 .npy (3.1 MB), one after the other through the API. The clock runs from the last byte sent until the submission is answered as scored " +
    `and the boards (defenses, attacks, people) show it, asked every ${POLL_MS} ms over HTTP. Sandbox start-up: spawn to the runner's first word, ${starts} starts.`
  );
}

function findings(timings: Timing[], starts: SandboxStart[]): Finding[] {
  const boards = timings.map(({ board }) => board);
  const startMs = median(starts.map((start) => start.startMs));
  const stage = (what: string, of: (timing: Timing) => number): Finding => ({
    what,
    measured: inWords(median(timings.map(of))),
  });
  const eventAt = ({ events }: Timing, state: string) =>
    events.find((event) => event.state === state)?.at ?? Number.NaN;
  const spread = `${inWords(median(boards))} (p95 ${inWords(quantile(boards, 0.95))}, min ${inWords(Math.min(...boards))})`;
  return [
    {
      what: "upload's last byte to the board, median",
      ...{ measured: spread, target: "< 2 s", met: median(boards) < 2000 },
    },
    stage("of it: until the evaluator takes it", (t) => eventAt(t, "validating")),
    stage("of it: reading and judging the rows", (t) => eventAt(t, "evaluating") - eventAt(t, "validating")),
    stage("of it: four evaluations", (t) => eventAt(t, "scored") - eventAt(t, "evaluating")),
    stage("of it: until seen on the boards", (t) => t.board - eventAt(t, "scored")),
    { what: "sandbox start-up, median", measured: inWords(startMs), target: "< 250 ms", met: startMs < 250 },
    {
      what: "a whole run over 1 row, median",
      measured: `${inWords(median(starts.map((start) => start.wallMs)))}, of which ${inWords(median(starts.map((start) => start.cpuMs)))} of CPU`,
    },
  ];
}

async function withInstallation<T>(state: string, use: (site: string, token: string) => Promise<T>): Promise<T> {
  const variables = await separateInstallation(state);
  const command = [process.execPath, "commands/start.ts"];
  const installation = await startInstallation({ command, folder: checkout, variables, echo: true });
  try {
    provide(variables);
    let result: T;
    await withDatabase(async () => {
      const { closeDatabase } = await import("#store/database.ts");
      try {
        const token = await addChallengeAndPerson(join(state, SLUG));
        await untilIdle();
        result = await use(variables.SITE_URL, token);
      } finally {
        await closeDatabase();
      }
    });
    return result!;
  } finally {
    await installation.stop();
  }
}

/** Adds the challenge, made from the bundled one; returns a token of somebody who may submit. */
async function addChallengeAndPerson(folder: string): Promise<string> {
  cpSync(mnistFolder, folder, { recursive: true });
  const file = join(folder, "challenge.yaml");
  const challenge = parse(readFileSync(file, "utf8"));
  challenge.limits = { defensesPerDay: 5, attacksPerDay: 1000 };
  const { defenses } = challenge.baselines;
  const deterministic = defenses.filter((defense: { file: string }) => !defense.file.endsWith("noise.onnx"));
  challenge.baselines = { defenses: deterministic, attacks: [] };
  writeFileSync(file, stringify(challenge));
  const { addChallenge } = await import("#store/challenges.ts");
  const { issueToken } = await import("#data/tokens.ts");
  const added = await addChallenge(folder);
  if ("problems" in added) throw new Error(problemLines(added.problems));
  return (await issueToken("attacker@example.org")).token;
}

async function untilIdle(): Promise<void> {
  const { database } = await import("#store/database.ts");
  for (;;) {
    const open = await database().submission.count({ where: { state: { notIn: [...TERMINAL_STATES] } } });
    if (open === 0) break;
    if (process.stdout.isTTY) process.stdout.write(`\r  waiting for ${open} baselines to be scored   `);
    await sleep(1000);
  }
  console.log("\r  all baselines are scored              ");
  await sleep(2000);
}

async function measure(site: string, token: string, attacks: number): Promise<Timing[]> {
  const points = mnistPoints();
  const timings: Timing[] = [];
  for (let k = 1; k <= attacks; k++) {
    const examples = writeNpy({ shape: [points.n, 1, 28, 28], data: noisy(points.x, k) });
    const fields = { name: `Noise ${k}` };
    const form = { fields, file: { field: "examples", name: "x_adv.npy", bytes: examples } };
    const { sentAt, body } = await sendForm(`${site}/api/v1/challenges/${SLUG}/attacks`, token, form);
    const { id } = body as { id: string };
    const scored = await untilScored(`${site}/api/v1/submissions/${id}`, token);
    await untilOnBoards(`${site}/challenges/${SLUG}`, id, k);
    const board = Date.now();
    const { database } = await import("#store/database.ts");
    const events = await database().submissionEvent.findMany({ where: { submissionId: id }, orderBy: { id: "asc" } });
    const times = events.map(({ state, at }) => ({ state, at: at.getTime() - sentAt }));
    timings.push({ scored: scored - sentAt, board: board - sentAt, events: times });
  }
  return timings;
}

async function untilScored(url: string, token: string): Promise<number> {
  for (;;) {
    const { status } = (await readJson(url, token)) as { status: string };
    if (status === "scored") return Date.now();
    if (status === "rejected" || status === "failed") throw new Error(`An attack was ${status}.`);
    await sleep(POLL_MS);
  }
}

/** Until the attack `id`, the person's `k`th, has met all defenses on every board that shows it. */
async function untilOnBoards(challenge: string, id: string, k: number): Promise<void> {
  const rows = async (path: string) => ((await readJson(`${challenge}/${path}`)) as { rows: Row[] }).rows;
  for (;;) {
    const [attacks, people, defenses] = await Promise.all([
      rows("attacks.json?view=attacks&size=100"),
      rows("attacks.json?view=people"),
      rows("defenses.json"),
    ]);
    const single = attacks.some((row) => row.id === id && row.met === defenses.length);
    if (single && people.some((row) => row.attacks === k) && defenses.every((row) => row.faced === k)) return;
    await sleep(POLL_MS);
  }
}

type Row = { id: string; met: number; attacks: number; faced: number };

/** The points with every pixel moved by a multiple of 1/255 of at most 76, by the generator of `seed`; in [0,1]. */
function noisy(x: Float32Array, seed: number): Float32Array<ArrayBuffer> {
  let state = seed * 2654435761;
  return Float32Array.from(x, (value) => {
    // Marsaglia's xorshift32.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const steps = Math.round(value * 255) + ((state >>> 0) % 153) - 76;
    return Math.min(255, Math.max(0, steps)) / 255;
  });
}
