import { expect, test } from "vitest";
import { cureFor } from "./unavailable.ts";

const settings = (known: Record<string, string>) => (name: string) => known[name] ?? null;
const denied = "bwrap: No permissions to create new namespace, likely because the kernel does not allow it";

test("the cure names the setting of this machine that denies user namespaces", () => {
  const cure = (known: Record<string, string>) => cureFor(denied, settings(known));
  expect(cure({ "kernel/apparmor_restrict_unprivileged_userns": "1" })).toContain(
    "apparmor_restrict_unprivileged_userns=0",
  );
  expect(cure({ "kernel/unprivileged_userns_clone": "0" })).toContain("kernel.unprivileged_userns_clone=1");
  expect(cure({ "user/max_user_namespaces": "0" })).toContain("user.max_user_namespaces=15000");
  expect(cure({ "user/max_user_namespaces": "95000" })).toContain("seccomp=docker/seccomp.json");
});

test("a root that may not change its user, and a bubblewrap that knows too little, have cures of their own", () => {
  expect(cureFor("setpriv: setresuid failed: Invalid argument", settings({}))).toContain("ordinary user");
  expect(cureFor("bwrap: Unknown option --json-status-fd", settings({}))).toContain("update bubblewrap");
});
