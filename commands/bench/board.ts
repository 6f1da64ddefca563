import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillBoard, SLUG } from "#commands/bench/apparatus/board-rows.ts";
import { inWords, median, quantile } from "#commands/bench/apparatus/figures.ts";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { timeGet } from "#commands/bench/apparatus/requests.ts";
import { type BenchSite, startSite } from "#commands/bench/apparatus/site.ts";
import { buildSite, generateClient } from "#commands/build.ts";
import { siblingUrl, temporaryDatabase } from "#commands/databases.ts";
import { provideSecrets } from "#commands/installation.ts";
import { separateInstallation } from "#commands/installation-process.ts";
import { applyMigrations } from "#commands/migrations.ts";
import { startPostgres } from "#commands/postgres.ts";
import { step } from "#commands/progress.ts";
import { provide } from "#env.ts";

const board = `/challenges/${SLUG}`;

/** A page that is read, and the most milliseconds that issue and design allow it; a board must not depend on the evaluations. */
interface Page {
  name: string;
  path: string;
  most?: number;
  steady?: boolean;
}

function pagesOf(defenses: number): Page[] {
  const old = `/defenses/d${Math.floor(defenses * 0.75)}`;
  const then = `at=${new Date(Date.now() - 100 * 24 * 3_600_000).toISOString().slice(0, 10)}`;
  return [
    { name: "defense board", path: `${board}/defenses`, most: 50, steady: true },
    {
      name: "defense board, page 150",
      path: `${board}/defenses?page=${Math.min(150, defenses / 50)}`,
      most: 50,
      steady: true,
    },
    { name: "defense board, JSON", path: `${board}/defenses.json`, most: 50, steady: true },
    { name: "attack board", path: `${board}/attacks?view=attacks` },
    { name: "matrix", path: `${board}/matrix` },
    { name: "a defense's page", path: "/defenses/d77" },
    { name: "a defense's history", path: `${old}/history`, most: 60 },
    { name: "a challenge's history", path: `${board}/history`, most: 60 },
    { name: "the archive", path: "/archive", most: 60 },
    { name: "a record of the archive", path: "/archive/defensive-distillation", most: 60 },
    { name: "a lesson", path: "/lessons/adversarial-training", most: 60 },
    { name: "defense board 100 days ago", path: `${board}/defenses?${then}`, most: 300 },
    { name: "attack board 100 days ago", path: `${board}/attacks?view=attacks&${then}`, most: 300 },
    { name: "matrix 100 days ago", path: `${board}/matrix?${then}`, most: 300 },
    { name: "a defense's history 100 days ago", path: `${old}/history?${then}`, most: 300 },
    { name: "a challenge's history 100 days ago", path: `${board}/history?${then}`, most: 300 },
  ];
}

type Site = BenchSite & { evaluations: number };
type Times = { first: number[]; last: number[]; cpuMs: number };

/** Reading boards of equally many defenses with few and with many evaluations behind them. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const [defenses, attacks, reads] = options.small ? [500, [1, 10], 5] : [10_000, [1, 100], 100];
  const state = mkdtempSync(join(tmpdir(), "gauntlet-bench-"));
  const closing: (() => Promise<void>)[] = [() => Promise.resolve(rmSync(state, { recursive: true, force: true }))];
  try {
    provide({ ...(await separateInstallation(state)), NODE_ENV: "production" });
    provideSecrets();
    await step("Prisma client", generateClient);
    await step("Site", buildSite);
    const postgres = await startPostgres({ folder: join(state, "postgres"), durable: false });
    closing.unshift(() => postgres.stop());
    const sites: Site[] = [];
    for (const count of attacks as number[]) {
      const { url } = await temporaryDatabase(siblingUrl(postgres.url, "postgres"));
      await applyMigrations(url);
      await step(`${defenses} defenses, ${defenses * count} evaluations`, () => fillBoard(url, defenses, count));
      const site = await startSite(state, url);
      closing.unshift(site.stop);
      sites.push({ ...site, evaluations: defenses * count });
    }
    const pages = pagesOf(defenses as number);
    const times = [];
    // Compiled code is what a running site has: the first page measured must not pay for all of them.
    for (const { path } of pages) await readInTurns(sites, path, Math.ceil(reads / 2));
    for (const page of pages) times.push({ page, sites: await readInTurns(sites, page.path, reads) });
    publish("board", began, how(defenses, sites, reads), findings(times), options);
  } finally {
    for (const close of closing) await close();
  }
}

function how(defenses: number, sites: Site[], reads: number): string {
  const [few, many] = sites.map(({ evaluations }) => evaluations.toLocaleString("en"));
  return (
    `Two databases of ${defenses.toLocaleString("en")} ranked defenses, one with ${few} evaluations and one with ${many} (bits and answers as long as real ones for 1,000 points) and the record that they leave over 200 days, ` +
    `each with its own production site, evaluator off. ${reads} reads of each page from each site in turns, after half as many of all pages to warm up; the figures are ` +
    `medians of the time to the first byte of the body, over a kept connection: with ${few} evaluations, with ${many}. CPU is the site's process alone, a read.`
  );
}

function findings(measured: { page: Page; sites: Times[] }[]): Finding[] {
  return measured.map(({ page: { name, most, steady = false }, sites: [few, many] }) => {
    const firsts = [few!, many!].map(({ first }) => median(first));
    const worst = Math.max(...firsts);
    const ratio = firsts[1]! / firsts[0]!;
    const details = [
      `ratio ${ratio.toFixed(2)}`,
      `fastest ${inWords(Math.min(...many!.first))}`,
      `p95 ${inWords(quantile(many!.first, 0.95))}`,
      `last byte ${inWords(median(many!.last))}`,
      `CPU ${inWords(few!.cpuMs)}, ${inWords(many!.cpuMs)}`,
    ];
    const finding = { what: name, measured: `${firsts.map(inWords).join(", ")}; ${details.join("; ")}` };
    if (most === undefined) return finding;
    const target = `< ${most} ms${steady ? ", ratio ~ 1" : ""}`;
    return { ...finding, target, met: worst < most && (!steady || ratio < 1.25) };
  });
}

async function readInTurns(sites: Site[], path: string, reads: number): Promise<Times[]> {
  const times = sites.map((): Times => ({ first: [], last: [], cpuMs: 0 }));
  for (let i = 0; i < reads; i++)
    for (const [k, site] of sites.entries()) {
      const before = cpuMsOf(site.pid()!);
      const { first, last } = await timeGet(site.url + path);
      times[k]!.first.push(first);
      times[k]!.last.push(last);
      times[k]!.cpuMs += (cpuMsOf(site.pid()!) - before) / reads;
    }
  return times;
}

/** CPU milliseconds that a process has used, in ticks of 10. */
function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
