import type { Provider } from "#contest/gauntlet.ts";
import type { RunContext } from "#evaluator/context.ts";
import { runJob } from "#evaluator/run-job.ts";
import { type Accelerator, findAccelerator } from "#evaluator/sandbox/accelerator.ts";
import { openSandbox, type Sandbox, type SandboxOptions } from "#evaluator/sandbox/sandbox.ts";
import { SandboxUnavailable } from "#evaluator/sandbox/unavailable.ts";

type Wanted = Provider | "auto";

const CURES = {
  webgpu:
    "install the Vulkan loader (libvulkan1) and the card's Vulkan driver, or name its manifest in VK_DRIVER_FILES",
  cuda: "install NVIDIA's driver, and ONNX Runtime's CUDA provider beside its library",
};
const TRY_MS = 60_000;

/**
 * Opens the sandbox for an EXECUTION_PROVIDER and proves, by a small product of matrices inside it, that searches can
 * run there. `auto` takes the first accelerator with a device that works, else the CPU. Throws SandboxUnavailable, with
 * the cure, where the provider that was asked for by name does not work.
 */
export async function openSearchOn(
  wanted: Wanted,
  options: SandboxOptions,
  about: Omit<RunContext, "provider" | "sandbox">,
): Promise<{ sandbox: Sandbox; provider: Provider }> {
  for (const accelerator of await candidates(wanted)) {
    const sandbox = await openSandbox({ ...options, accelerator });
    const why = await fault({ ...about, sandbox, provider: accelerator.provider });
    if (why === null) return { sandbox, provider: accelerator.provider };
    await sandbox.close();
    if (wanted !== "auto")
      throw new SandboxUnavailable(
        `EXECUTION_PROVIDER=${wanted} does not work here (${why}): ${CURES[wanted as keyof typeof CURES]}`,
      );
  }
  return { sandbox: await openSandbox(options), provider: "cpu" };
}

async function candidates(wanted: Wanted): Promise<Accelerator[]> {
  if (wanted === "cpu") return [];
  if (wanted !== "auto") {
    const accelerator = await findAccelerator(wanted);
    if (!accelerator)
      throw new SandboxUnavailable(`EXECUTION_PROVIDER=${wanted}: nothing to run it on: ${CURES[wanted]}`);
    return [accelerator];
  }
  const found = await Promise.all(
    (["cuda", "webgpu"] as const).map((provider) => findAccelerator(provider).catch(() => null)),
  );
  // A Vulkan driver without a device computes on the CPU, and worse than ONNX Runtime does.
  return found.filter((accelerator) => accelerator !== null && accelerator.devices.length > 0) as Accelerator[];
}

/** Why the context's provider does not work in its sandbox; null if it does. */
async function fault(context: RunContext): Promise<string | null> {
  const { provider } = context;
  let ready = false;
  const ran = await runJob(context, {
    job: { kind: "provider", provider },
    files: {},
    wallMs: TRY_MS,
    outputBytes: 2 ** 16,
    accelerated: true,
    onReport: (report) => {
      if (report.type === "ready") ready = true;
    },
  });
  if (ready && ran.finished) return null;
  return (ran.fault ?? `${ran.outcome.kind}: ${ran.outcome.stderr}`).slice(-500);
}
