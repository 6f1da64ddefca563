import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, expect, test } from "vitest";
import { provide } from "#env.ts";
import { BUDGETS } from "#evaluator/context.ts";
import { findAccelerator } from "#evaluator/sandbox/accelerator.ts";
import { probeInside } from "#evaluator/sandbox/probes/suite.ts";
import { openSandbox } from "#evaluator/sandbox/sandbox.ts";
import { openSearchOn } from "#evaluator/search-on.ts";
import { slotPool } from "#evaluator/slots.ts";

/** A Vulkan driver that computes on the CPU, which comes with Debian's Chromium: slow, and the same to ONNX Runtime. */
const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";
const LOADER = "/usr/lib/x86_64-linux-gnu/libvulkan.so.1";
const none = !existsSync(SWIFTSHADER)
  ? "no Chromium with SwiftShader, the Vulkan driver of these tests: apt-get install -y chromium"
  : !existsSync(LOADER) && "no Vulkan loader: apt-get install -y libvulkan1";

const folder = mkdtempSync(join(tmpdir(), "gauntlet-search-on-"));
const about = { slots: slotPool(1), budgets: BUDGETS, folder, log: pino({ level: "silent" }) };
const options = { slots: 1, stateFolder: folder };
afterEach(() => provide({ VK_DRIVER_FILES: "" }));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

test.skipIf(none)(
  "a product of matrices inside the sandbox proves the provider that was asked for",
  async () => {
    provide({ VK_DRIVER_FILES: SWIFTSHADER });
    const { sandbox, provider } = await openSearchOn("webgpu", options, about);
    await sandbox.close();
    expect(provider).toBe("webgpu");
  },
  60_000,
);

test("a provider that is asked for by name and is not there is an error with its cure, never a silent CPU", async () => {
  provide({ VK_DRIVER_FILES: join(folder, "nothing.json") });
  await expect(openSearchOn("webgpu", options, about)).rejects.toThrow(/Vulkan/);
});

test("auto takes the CPU where no accelerator has a device", async () => {
  provide({ VK_DRIVER_FILES: existsSync(SWIFTSHADER) ? SWIFTSHADER : join(folder, "nothing.json") });
  const { sandbox, provider } = await openSearchOn("auto", options, about);
  await sandbox.close();
  const device = (await findAccelerator("webgpu"))?.devices.length ?? 0;
  if (device === 0) expect(provider).toBe("cpu");
  else expect(["cpu", "webgpu", "cuda"]).toContain(provider);
}, 60_000);

test.skipIf(none)(
  "the walls of an accelerated run are those of any other, but for memory and files in memory",
  async () => {
    provide({ VK_DRIVER_FILES: SWIFTSHADER });
    const accelerator = (await findAccelerator("webgpu"))!;
    const sandbox = await openSandbox({ ...options, accelerator });
    try {
      const accelerated = {
        ...sandbox,
        run: (run: Parameters<typeof sandbox.run>[0]) => sandbox.run({ ...run, accelerated: true }),
      };
      const reached = (await probeInside(accelerated, 0, [folder])).filter((probe) => probe.reached);
      expect(
        reached.map((probe) => probe.name).filter((name) => !OPENED.some((opened) => name.includes(opened))),
      ).toEqual([]);
    } finally {
      await sandbox.close();
    }
  },
  120_000,
);

/** Memory is bounded by nothing but the machine; the calls are what drivers live on. */
const OPENED = ["16 GiB of memory", "memfd_create", "unknown ioctl"];
