import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { stdio: ["ignore", "ignore", "pipe"] });

/** A file system of so many MiB in memory, mounted at `folder`. */
export function mountDisk(folder: string, mebibytes: number): { fill(): void; free(): void; unmount(): void } {
  mkdirSync(folder, { recursive: true });
  run("mount", "-t", "tmpfs", "-o", `size=${mebibytes}m,mode=700`, "gauntlet-test", folder);
  const ballast = join(folder, "ballast");
  return {
    /** Leaves not a byte, whatever else is written meanwhile. */
    fill() {
      const file = openSync(ballast, "w");
      const block = new Uint8Array(2 ** 20);
      try {
        for (;;) writeSync(file, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast),
    unmount: () => void run("umount", "--lazy", folder),
  };
}

/** Why no file system can be mounted here, in a line; null where one can. */
export const noDisk: string | null = (() => {
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-disk-"));
  try {
    mountDisk(folder, 1).unmount();
    return null;
  } catch (error) {
    return `a small disk wants root and mount: ${String(error).split("\n")[0]}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
})();
