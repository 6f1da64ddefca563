import fs from "node:fs";
// biome-ignore lint/style/noRestrictedImports: a probe is a payload, it runs inside
import { finish, waitForGo } from "#evaluator/runner/liveness.ts";
import { files } from "./files.ts";
import { leaks } from "./leaks.ts";
import { network } from "./network.ts";
import type { Host, Probe, ProbeResult } from "./probe.ts";
import { processes } from "./processes.ts";

const groups: Record<string, Probe[]> = { files, processes, leaks, network };

async function tryIt(probe: Probe, host: Host): Promise<ProbeResult> {
  try {
    const got = await probe.attempt(host);
    return { name: probe.name, reached: got !== false, detail: got === false ? "no" : "reached" };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { name: probe.name, reached: false, detail: code ?? message };
  }
}

/** argv: the host (JSON), then the groups of probes to run; the results go to the result channel as JSON. */
async function main(): Promise<void> {
  waitForGo();
  const host = JSON.parse(process.argv[2]!) as Host;
  const results: ProbeResult[] = [];
  for (const group of process.argv.slice(3)) for (const probe of groups[group]!) results.push(await tryIt(probe, host));
  fs.writeSync(3, JSON.stringify(results));
  finish();
}

void main();
