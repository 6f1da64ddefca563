import { chownSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** The text of a small file without the newline at its end, or null when there is no such file. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trimEnd();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/**
 * What is kept in `path`; when there is no such file, `make()` is called and kept with mode 600.
 * Two processes that do this at once end with the same text.
 */
export function keep(path: string, make: () => string): string {
  const kept = readIfThere(path);
  if (kept !== null) return kept;
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${make()}\n`, { mode: 0o600 });
  giveToOwnerOf(dirname(path), draft);
  try {
    // A link fails where a rename would overwrite what another process has just made.
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft);
  }
  return readIfThere(path) ?? "";
}

/** Makes a folder that only its owner may enter, and what is missing above it. Nothing happens where it exists. */
export function makePrivateFolder(path: string): void {
  const above = dirname(path);
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  if (above !== path) makePrivateFolder(above);
  mkdirSync(path, { mode: 0o700 });
  giveToOwnerOf(above, path);
}

/** Root working in somebody's checkout leaves things that this somebody can use. */
function giveToOwnerOf(folder: string, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(path, uid, gid);
}
