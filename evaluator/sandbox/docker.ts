import type { Sandbox, SandboxOptions } from "./sandbox.ts";
import { SandboxUnavailable } from "./unavailable.ts";

/** Opens the docker kind; see openSandbox. */
export async function openDocker(_options: SandboxOptions): Promise<Sandbox> {
  throw new SandboxUnavailable("the docker kind is not built yet: use kind bubblewrap");
}
