import { once } from "node:events";
import fs from "node:fs/promises";
import net, { type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { bundle, projectRoot } from "../bundle.ts";
import { elfThatCalls } from "../elf.ts";
import type { Limits } from "../outcome.ts";
import type { Sandbox } from "../sandbox.ts";
import { supervise } from "../supervise.ts";
import type { Host, ProbeResult } from "./probe.ts";
import { type RawProbe, rawProbes } from "./raw.ts";

/** Runs a payload, inside or outside, and gives what it wrote and the signal that ended it. */
type Launch = (payload: {
  script?: string;
  binary?: string;
  args?: string[];
}) => Promise<{ output: Buffer; signal: string | null; stderr: string }>;

const limits: Limits = {
  cpuSeconds: 10,
  wallMs: 20_000,
  memoryBytes: 2 ** 29,
  outputBytes: 2 ** 20,
  tmpBytes: 2 ** 20,
};
const [EPERM, EACCES, ENOSYS] = [1, 13, 38];

/** Launches in a slot of a sandbox, with one input file. */
function inside(sandbox: Sandbox, slot: number, input: string): Launch {
  return async (payload) => {
    const chunks: Uint8Array[] = [];
    const files = [{ name: "input", source: input }];
    const { signal, stderr } = await sandbox.run({
      ...payload,
      slot,
      files,
      limits,
      onOutput: (chunk) => chunks.push(chunk),
    });
    return { output: Buffer.concat(chunks), signal, stderr };
  };
}

/** Launches with no sandbox at all, and something secret in the environment. */
const outside: Launch = async ({ script, binary, args = [] }) => {
  const chunks: Uint8Array[] = [];
  const start = binary ? [binary] : [process.execPath, script!, ...args];
  const command = ["/usr/bin/env", "GAUNTLET_PROBE_SECRET=secret", ...start];
  const speaks = binary === undefined;
  const { signal, stderr } = await supervise({ command, limits, speaks, onOutput: (chunk) => chunks.push(chunk) });
  return { output: Buffer.concat(chunks), signal, stderr };
};

function verdict(probe: RawProbe, result: bigint): ProbeResult {
  const denied = [EPERM, EACCES, ENOSYS].includes(-Number(result));
  return { name: `${probe.name} (raw)`, reached: !denied, detail: result < 0n ? `errno ${-result}` : `gave ${result}` };
}

/**
 * Makes raw calls in as few processes as may be: one executable makes them in order, and when the filter kills it the rest
 * goes on in a next one. `apart` gives every call a process of its own, for where they succeed and would change the next.
 */
async function tryRaw(launch: Launch, probes: RawProbe[], folder: string, apart: boolean): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (let rest = probes; rest.length > 0; ) {
    const legacy = rest[0]!.legacy === true;
    const next = rest.findIndex((probe) => (probe.legacy === true) !== legacy);
    const batch = rest.slice(0, apart ? 1 : next === -1 ? rest.length : next);
    const binary = path.join(folder, `raw-${results.length}`);
    await fs.writeFile(binary, elfThatCalls(batch, legacy), { mode: 0o755 });
    const { output, signal, stderr } = await launch({ binary });
    const made = Math.floor(output.length / 8);
    for (let index = 0; index < made; index++) results.push(verdict(batch[index]!, output.readBigInt64LE(index * 8)));
    const killed = made < batch.length;
    if (killed && signal === null) throw new Error(`raw probe ${batch[made]!.name} gave no answer: ${stderr}`);
    if (killed) results.push({ name: `${batch[made]!.name} (raw)`, reached: false, detail: signal! });
    rest = rest.slice(made + (killed ? 1 : 0));
  }
  return results;
}

async function tryScript(launch: Launch, host: Host, groups: string[]): Promise<ProbeResult[]> {
  const script = await bundle("evaluator/sandbox/probes/payload.ts");
  const { output, signal, stderr } = await launch({ script, args: [JSON.stringify(host), ...groups] });
  if (output.length === 0) throw new Error(`the probes gave no answer (${signal}): ${stderr}`);
  return JSON.parse(output.toString()) as ProbeResult[];
}

/** Sets up things of the host to reach for, for as long as `act` runs. */
async function withHost<T>(secrets: string[], act: (host: Host, folder: string) => Promise<T>): Promise<T> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "gauntlet-probes-"));
  const secret = path.join(folder, "secret");
  await fs.writeFile(secret, "secret");
  const socket = `gauntlet-probes-${process.pid}-${path.basename(folder)}`;
  const answer = (peer: net.Socket) => peer.on("error", () => {}).end("HTTP/1.1 200 OK\r\n\r\n");
  const servers = [net.createServer(answer), net.createServer(answer)];
  servers[0]!.listen(0, "127.0.0.1");
  servers[1]!.listen(`\0${socket}`);
  await Promise.all(servers.map((server) => once(server, "listening")));
  const { port } = servers[0]!.address() as AddressInfo;
  const own = { hostname: os.hostname(), pid: process.pid, uid: process.getuid!() };
  try {
    // A file of the project, not its folder: in a container that may be /app, which a sandbox has one of its own of.
    const project = path.join(projectRoot, "package.json");
    return await act({ secrets: [secret, project, ...secrets], port, socket, ...own }, folder);
  } finally {
    for (const server of servers) server.close();
    await fs.rm(folder, { recursive: true, force: true });
  }
}

const everything = ["files", "processes", "leaks", "network"];

/** Every probe inside; `secrets` are more paths of the host that must not be seen. All must be denied. */
export function probeInside(sandbox: Sandbox, slot: number, secrets: string[]): Promise<ProbeResult[]> {
  return withHost(secrets, async (host, folder) => {
    const launch = inside(sandbox, slot, host.secrets[0]!);
    return [...(await tryScript(launch, host, everything)), ...(await tryRaw(launch, rawProbes, folder, false))];
  });
}

/** The same probes without a sandbox, less those that could hurt the machine: most must reach something, or they prove nothing. */
export function probeOutside(secrets: string[]): Promise<ProbeResult[]> {
  const harmless = rawProbes.filter((probe) => probe.outside !== false);
  return withHost(secrets, async (host, folder) => [
    ...(await tryScript(outside, host, everything)),
    ...(await tryRaw(outside, harmless, folder, true)),
  ]);
}

/** Raw calls of each kind: refused quietly, refused as unknown, killed. */
const quickRaw = [
  ...["socket inet", "socket unix", "fork", "clone3", "setpgid", "pidfd_open", "signal everyone", "io_uring_setup"],
  ...["bpf", "unshare user", "mount", "32-bit gate"],
].map((name) => rawProbes.find((probe) => probe.name === name)!);

/** What must hold in a container too, which has files, an environment and a loopback of its own. */
const everywhere = [
  ...[
    "read secrets of the host",
    "create a file beside the runner",
    "create a file beside the input",
    "4 MiB in a file",
  ],
  ...["open /in/input for writing", "16 GiB of memory", "a secret in the environment", "the host's name"],
  ...[
    "signal the evaluator",
    "connect to the host by TCP",
    "connect to an abstract socket",
    "connect to the container engine",
  ],
];

/** What an evaluator asks before it takes jobs, in about half a second: all script probes but for the network, and some raw calls. */
export function probeQuickly(sandbox: Sandbox, slot: number, secrets: string[]): Promise<ProbeResult[]> {
  return withHost(secrets, async (host, folder) => {
    const launch = inside(sandbox, slot, host.secrets[0]!);
    if (sandbox.tier === "docker")
      return (await tryScript(launch, host, everything)).filter((probe) => everywhere.includes(probe.name));
    return [
      ...(await tryScript(launch, host, ["files", "processes", "leaks"])),
      ...(await tryRaw(launch, quickRaw, folder, false)),
    ];
  });
}
