import fs from "node:fs";

/** There is no sandbox to be had on this machine; the message is one line that ends with the cure. */
export class SandboxUnavailable extends Error {
  override name = "SandboxUnavailable";
}

/** bubblewrap, or what starts it, gave up before the payload ran: a fault of ours or of the machine, never the payload's. */
export class SetupFailed extends Error {
  override name = "SetupFailed";
}

/** The sandbox was closed before a run began, or under it: what the run did, or did not, says nothing. */
export class SandboxClosed extends Error {
  override name = "SandboxClosed";
}

function setting(name: string): string | null {
  try {
    return fs.readFileSync(`/proc/sys/${name}`, "latin1").trim();
  } catch {
    return null;
  }
}

/**
 * The cure for what bubblewrap or setpriv said when it could not set up a sandbox, in one sentence. `read` gives a
 * setting of the kernel by its path under /proc/sys, null when there is none.
 */
export function cureFor(stderr: string, read: (name: string) => string | null = setting): string {
  if (/setresuid|setpriv/.test(stderr))
    return "run the evaluator as an ordinary user, or as a root that may change to users 61000 to 61999";
  if (!/namespace|uid map|not permitted|denied/i.test(stderr)) return "update bubblewrap (0.8 or later) and try again";
  if (read("kernel/apparmor_restrict_unprivileged_userns") === "1")
    return "AppArmor keeps user namespaces from bubblewrap: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0, or a profile for bwrap that allows userns";
  if (read("kernel/unprivileged_userns_clone") === "0")
    return "user namespaces are off: sysctl -w kernel.unprivileged_userns_clone=1";
  if (read("user/max_user_namespaces") === "0")
    return "user namespaces are off: sysctl -w user.max_user_namespaces=15000";
  return "user namespaces are denied here: in a container, start it with --security-opt seccomp=docker/seccomp.json (seccomp=unconfined would do as well) and, where AppArmor is on, apparmor=unconfined";
}
