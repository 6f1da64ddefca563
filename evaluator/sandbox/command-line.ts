import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { env } from "#env.ts";
import type { Accelerator } from "./accelerator.ts";
import { librariesOf, nativeFolder, onnxRuntimeFolder } from "./libraries.ts";
import type { Limits } from "./outcome.ts";
import type { Slot } from "./slots.ts";
import { SandboxUnavailable } from "./unavailable.ts";

/** What does not change from run to run: the tools, and what of the host shows inside. */
export interface Basis {
  tools: { bwrap: string; prlimit: string; setpriv: string | null; nice: string };
  /** bubblewrap 0.8 and later */
  canSizeTmp: boolean;
  /** bubblewrap 0.8 and later, and /proc/sys writable for its own namespace (not so in most containers) */
  canDisableUserns: boolean;
  /** host path -> path inside, read-only */
  binds: [string, string][];
}

/** Node 24 with ONNX Runtime maps this much before it does anything (VmPeak 1.46 GB measured), bytes. */
const nodeAddressSpace = 1.75 * 2 ** 30;
/** MiB of young objects before V8 collects them: its own 16 hold a hundred MiB of dead arrays of pixels outside of its heap. */
export const youngLimit = "--max-semi-space-size=4";

/** Finds a program by name where it is usually installed; throws SandboxUnavailable with `cure` when it is nowhere. */
function tool(name: string, cure: string): string {
  const folders = [...env.PATH.split(":"), "/usr/bin", "/bin", "/usr/sbin", "/sbin"];
  for (const folder of folders.filter(path.isAbsolute)) {
    const file = path.join(folder, name);
    try {
      fs.accessSync(file, fs.constants.X_OK);
      return fs.realpathSync(file);
    } catch {
      // not here
    }
  }
  throw new SandboxUnavailable(`${name} is not installed: ${cure}`);
}

/** The node of the project's own packages when it is there, else the one that runs us. */
function nodeBinary(projectRoot: string): string {
  const own = path.join(projectRoot, "node_modules/node/bin/node");
  return fs.existsSync(own) ? own : process.execPath;
}

/** Looks for the tools and lists what has to be visible inside. `stage` gives the path that a slot can read. */
export async function findBasis(projectRoot: string, stage: (source: string) => Promise<string>): Promise<Basis> {
  const root = process.geteuid!() === 0;
  const bwrap = tool("bwrap", "apt-get install bubblewrap");
  const prlimit = tool("prlimit", "apt-get install util-linux");
  const nice = tool("nice", "apt-get install coreutils");
  const setpriv = root ? tool("setpriv", "apt-get install util-linux") : null;
  const help = execFileSync(bwrap, ["--help"], { encoding: "utf8" });

  const ort = onnxRuntimeFolder(projectRoot);
  const common = path.resolve(
    path.dirname(createRequire(path.join(ort, "package.json")).resolve("onnxruntime-common")),
    "../..",
  );
  const native = nativeFolder(ort);
  const node = nodeBinary(projectRoot);
  // What a provider of an accelerator needs is not everywhere, and only runs on that accelerator load it.
  const always = fs.readdirSync(native).filter((name) => !name.includes("_providers_"));
  const elf = [node, ...always.map((name) => path.join(native, name))];
  const libraries = await librariesOf([...elf, prlimit], [native]);
  const modules = "/app/node_modules";
  const binds: [string, string][] = [
    [await stage(node), "/app/node"],
    [prlimit, "/app/prlimit"],
    ...libraries.map((file): [string, string] => [file, file]),
    [await stage(path.join(ort, "package.json")), `${modules}/onnxruntime-node/package.json`],
    [await stage(path.join(ort, "dist")), `${modules}/onnxruntime-node/dist`],
    [await stage(native), `${modules}/onnxruntime-node/bin/napi-v6/linux/x64`],
    [await stage(path.join(common, "package.json")), `${modules}/onnxruntime-common/package.json`],
    [await stage(path.join(common, "dist/cjs")), `${modules}/onnxruntime-common/dist/cjs`],
  ];
  return {
    tools: { bwrap, prlimit, setpriv, nice },
    canSizeTmp: help.includes("--size"),
    canDisableUserns: help.includes("--disable-userns"),
    binds,
  };
}

/** What one run adds to the basis. */
export interface Launch {
  slot: Slot;
  limits: Limits;
  inputs: [string, string][];
  payload: string;
  isBinary: boolean;
  args?: string[];
  /** Gives way to everything else on the machine. */
  background?: boolean;
  accelerator?: Accelerator;
}

/**
 * The whole command: drop to the slot's user (never bubblewrap as uid 0: its payload would be the host's root to the kernel and
 * could write /proc/sys), limits, namespaces, an empty root with single files bound read-only, filter on fd 4, status on fd 6.
 * No --new-session: the supervisor starts it in a session of its own, and inside one process group everything dies at
 * one kill. The number of processes is limited inside: set outside, all sandboxes of a user share it (78 of 120 failed).
 */
export function commandLine(basis: Basis, launch: Launch): string[] {
  const { slot, limits } = launch;
  const { bwrap, prlimit, setpriv, nice } = basis.tools;
  const drop = ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"];
  const user =
    slot.uid === null ? [] : [setpriv!, `--reuid=${slot.uid}`, `--regid=${slot.uid}`, "--clear-groups", ...drop];
  const addressSpace = Math.round(nodeAddressSpace + limits.memoryBytes);
  const { accelerator } = launch;
  const rlimits = [
    // Drivers of accelerators map far more than they use.
    ...(accelerator ? [] : [`--as=${addressSpace}`]),
    ...[`--cpu=${limits.cpuSeconds}:${limits.cpuSeconds + 1}`, `--fsize=${limits.tmpBytes}`],
    ...["--core=0", "--nofile=256", "--memlock=0", "--msgqueue=0"],
  ];
  const namespaces = [
    ...[
      "--unshare-all",
      "--unshare-user",
      "--uid",
      "65534",
      "--gid",
      "65534",
      "--cap-drop",
      "ALL",
      "--die-with-parent",
    ],
    ...["--hostname", "sandbox", ...(basis.canDisableUserns ? ["--disable-userns"] : [])],
    ...["--clearenv", "--setenv", "ORT_DISABLE_TELEMETRY", "1", "--setenv", "UV_USE_IO_URING", "0"],
    ...Object.entries(accelerator?.variables ?? {}).flatMap(([name, value]) => ["--setenv", name, value]),
  ];
  const files: [string, string][] = [
    ...basis.binds,
    ...(accelerator?.files ?? []).map((file): [string, string] => [file, file]),
    [path.join(slot.folder, ".mark"), "/app/slot"],
    [launch.payload, launch.isBinary ? "/app/probe" : "/app/main.cjs"],
    ...launch.inputs,
  ];
  const tmp = basis.canSizeTmp
    ? ["--size", String(Math.max(4096, limits.tmpBytes)), "--tmpfs", "/tmp"]
    : ["--dir", "/tmp"];
  const heap = `--max-old-space-size=${Math.max(64, Math.floor(limits.memoryBytes / 2 ** 20))}`;
  const start = launch.isBinary ? ["/app/probe"] : ["/app/node", heap, youngLimit, "/app/main.cjs"];
  return [
    ...[...(launch.background ? [nice, "-n", "19"] : []), ...user, prlimit, ...rlimits, bwrap, ...namespaces],
    ...files.flatMap(([from, to]) => ["--ro-bind", from, to]),
    ...(accelerator?.devices ?? []).flatMap((node) => ["--dev-bind", node, node]),
    ...[...tmp, "--chdir", "/tmp", "--remount-ro", "/", "--seccomp", "4", "--json-status-fd", "6"],
    ...["--", "/app/prlimit", "--nproc=24:24", "--", ...start, ...(launch.args ?? [])],
  ];
}
