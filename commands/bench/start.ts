import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { inWords } from "#commands/bench/apparatus/figures.ts";
import { type BenchOptions, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { checkout } from "#commands/checkout.ts";
import { separateInstallation, startInstallation } from "#commands/installation-process.ts";
import { runningPostgres } from "#commands/postgres.ts";
import { TERMINAL_STATES } from "#contest/submission.ts";
import { env } from "#env.ts";

/** `npm start` in a fresh clone with its dependencies in place: the first start, its baselines, the second start. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-bench-"));
  try {
    const clone = join(folder, "gauntlet");
    execFileSync("git", ["clone", "--quiet", checkout, clone]);
    // What `npm ci` would have done: links cost no time, and its time is not ours.
    execFileSync("cp", ["-al", join(checkout, "node_modules"), join(clone, "node_modules")]);
    const first = await timeStart(clone, options.small ? undefined : untilScored);
    const second = await timeStart(clone);
    publish(
      "start",
      began,
      how,
      [
        {
          what: "first start, until it is ready",
          ...{ measured: inWords(first.readyMs), target: "< 3 min", met: first.readyMs < 180_000 },
        },
        {
          what: "first start, until every bundled baseline is scored",
          measured: first.afterwards === null ? "not waited for" : `${inWords(first.totalMs)} (${first.afterwards})`,
        },
        {
          what: "second start, until it is ready",
          ...{ measured: inWords(second.readyMs), target: "< 10 s", met: second.readyMs < 10_000 },
        },
      ],
      options,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const how =
  "`npm start` in a fresh `git clone` with the dependencies in place and nothing else: generating the client, initialising PostgreSQL, " +
  "migrations and the production build are all in it. It is ready when the site answers and the bundled challenges are loaded.";

type Started = { readyMs: number; totalMs: number; afterwards: string | null };

async function timeStart(clone: string, afterwards?: (state: string) => Promise<string>): Promise<Started> {
  const state = join(clone, ".gauntlet");
  const variables = await separateInstallation(state);
  const script: string = JSON.parse(readFileSync(join(clone, "package.json"), "utf8")).scripts.start;
  const path = `${join(clone, "node_modules/.bin")}:${env.PATH}`;
  const began = performance.now();
  // As npm runs it, but for npm, which would keep the signal that ends it to itself; the script itself says exec.
  const command = ["sh", "-c", script];
  const echoed = { folder: clone, variables: { ...variables, PATH: path }, echo: true };
  const installation = await startInstallation({ command, ...echoed });
  const readyMs = performance.now() - began;
  try {
    const said = afterwards ? await afterwards(state) : null;
    return { readyMs, totalMs: performance.now() - began, afterwards: said };
  } finally {
    await installation.stop();
  }
}

/** Until nothing waits or runs; says what became of the submissions. */
async function untilScored(state: string): Promise<string> {
  const client = new Client({ connectionString: runningPostgres(join(state, "postgres"))! });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query(`SELECT state::text, count(*)::int FROM "Submission" GROUP BY 1 ORDER BY 1`);
      const over: readonly string[] = TERMINAL_STATES;
      if (rows.every((row) => over.includes(row.state)))
        return rows.map((row) => `${row.count} ${row.state}`).join(", ");
      await sleep(250);
    }
  } finally {
    await client.end();
  }
}
