import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { bundle } from "./bundle.ts";
import { youngLimit } from "./command-line.ts";
import { classify, type SandboxOutcome } from "./outcome.ts";
import { openRuns } from "./runs.ts";
import type { Sandbox, SandboxOptions, SandboxRun } from "./sandbox.ts";
import { slotToken } from "./slots.ts";
import { supervise } from "./supervise.ts";
import { SandboxUnavailable } from "./unavailable.ts";

/** Built from docker/sandbox.Dockerfile. */
const image = "gauntlet-sandbox";
const label = (token: string) => `gauntlet.slot=${token}`;
const engine = promisify(execFile);

/**
 * The flags of one run. Weaker than bubblewrap: /proc, /sys and a system's files are there (of the image, not of the
 * host), and the filter is the engine's default one. A container has standard streams only: the shell moves stdout to
 * the result channel and stdin to the liveness pipe.
 */
export function dockerCommand(run: SandboxRun, payload: string, token: string): string[] {
  const { limits } = run;
  const memory = `${Math.ceil((limits.memoryBytes + 2 ** 29) / 2 ** 20)}m`;
  const binds = [
    [payload, "/app/main.cjs"],
    ...run.files.map(({ name, source }) => [path.resolve(source), `/in/${name}`]),
  ];
  return [
    ...["docker", "run", "--rm", "--interactive", "--init", "--name", token, "--label", label(token)],
    ...[
      "--network",
      "none",
      "--read-only",
      "--cap-drop",
      "ALL",
      "--security-opt",
      "no-new-privileges",
      "--ipc",
      "none",
    ],
    ...[
      "--user",
      "65534:65534",
      "--hostname",
      "sandbox",
      "--pids-limit",
      "32",
      "--memory",
      memory,
      "--memory-swap",
      memory,
    ],
    ...[
      "--ulimit",
      `cpu=${limits.cpuSeconds}:${limits.cpuSeconds + 1}`,
      "--ulimit",
      "core=0",
      "--ulimit",
      "nofile=256",
    ],
    ...[
      "--ulimit",
      `fsize=${limits.tmpBytes}`,
      "--tmpfs",
      `/tmp:size=${limits.tmpBytes},mode=1777`,
      "--workdir",
      "/tmp",
    ],
    ...["--env", "ORT_DISABLE_TELEMETRY=1", "--env", "UV_USE_IO_URING=0"],
    ...binds.flatMap(([source, target]) => ["--mount", `type=bind,source=${source},target=${target},readonly`]),
    ...[image, "sh", "-c", 'exec "$@" 3>&1 1>&2 5<&0', "sh", "node", youngLimit, "/app/main.cjs", ...(run.args ?? [])],
  ];
}

/** Removes the containers of a slot; resolves to how many there were. */
async function removeAll(token: string): Promise<number> {
  const { stdout } = await engine("docker", ["ps", "--all", "--quiet", "--filter", `label=${label(token)}`]);
  const ids = stdout.split("\n").filter(Boolean);
  if (ids.length > 0) await engine("docker", ["rm", "--force", ...ids]);
  return ids.length;
}

/** One container, from its start until it is removed. */
async function runIn(token: string, run: SandboxRun): Promise<SandboxOutcome> {
  if (run.binary) throw new Error("the docker kind runs scripts only");
  const payload = run.script ?? (await bundle("evaluator/runner/main.ts"));
  const command = dockerCommand(run, payload, token);
  const seen = await supervise({ ...run, command, speaks: true, standardStreams: true });
  await removeAll(token);
  const { wallMs, startMs, cpuMs, stderr, exitCode } = seen;
  if (!seen.stopped && startMs === undefined && exitCode !== null && exitCode >= 125 && exitCode <= 127)
    throw new Error(`docker could not start the sandbox (exit ${exitCode}): ${stderr.slice(-500)}`);
  return { ...classify(seen, run.limits), wallMs, startMs, cpuMs, stderr };
}

/**
 * Opens the docker kind; see openSandbox. Written to the engine's documentation; no engine was at hand to run it, so the proof of
 * its walls at the start is the first time it is tried.
 */
export async function openDocker(options: SandboxOptions): Promise<Sandbox> {
  try {
    await engine("docker", ["image", "inspect", image]);
  } catch {
    throw new SandboxUnavailable(
      `no docker, or no image ${image}: docker build -t ${image} -f docker/sandbox.Dockerfile .`,
    );
  }
  const tokens = Array.from(
    { length: options.slots },
    (_, index) => `gauntlet-${slotToken(options.stateFolder, index)}`,
  );
  const runs = openRuns(options.slots);
  const sandbox: Sandbox = {
    tier: "docker",
    slots: options.slots,
    run: (run) => runs.run(run.slot, run.signal, (signal) => runIn(tokens[run.slot]!, { ...run, signal })),
    async reap(slot) {
      let count = 0;
      for (const token of slot === undefined ? tokens : tokens.slice(slot, slot + 1)) count += await removeAll(token);
      return count;
    },
    async close() {
      await runs.close();
      await sandbox.reap();
    },
  };
  await sandbox.reap();
  return sandbox;
}
