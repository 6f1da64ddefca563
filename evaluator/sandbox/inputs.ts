import fs from "node:fs/promises";
import path from "node:path";
import type { SandboxRun } from "./sandbox.ts";
import type { Slot } from "./slots.ts";

/** A host path and the path inside at which it shows. */
type Bind = [source: string, target: string];

async function stageInput(name: string, source: string, slot: Slot): Promise<Bind> {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(name)) throw new Error(`not a file name for the sandbox: ${name}`);
  if (!(await fs.lstat(source)).isFile()) throw new Error(`not a regular file: ${source}`);
  if (slot.uid === null) return [path.resolve(source), `/in/${name}`];
  const copy = path.join(slot.folder, name);
  await fs.copyFile(source, copy, fs.constants.COPYFILE_FICLONE | fs.constants.COPYFILE_EXCL);
  await fs.chown(copy, slot.uid, slot.uid);
  await fs.chmod(copy, 0o400);
  return [copy, `/in/${name}`];
}

/**
 * Puts a job's inputs where the slot's user, and no other, can read them, and gives what to bind; as an ordinary user they stay
 * where they are. Throws for a source that is not a regular file and for a name with more than letters, digits, `.`, `_`, `-`.
 */
export async function stageInputs(files: SandboxRun["files"], slot: Slot): Promise<Bind[]> {
  const binds: Bind[] = [];
  for (const { name, source } of files) binds.push(await stageInput(name, source, slot));
  return binds;
}

/** Puts a raw probe, small and made for one run, with the inputs; gives its path. */
export async function stageBinary(binary: string, slot: Slot): Promise<string> {
  const copy = path.join(slot.folder, ".binary");
  await fs.copyFile(binary, copy);
  await fs.chmod(copy, 0o555);
  return copy;
}

/** Removes what a run had; the slot's mark stays. */
export async function removeInputs(slot: Slot): Promise<void> {
  for (const name of await fs.readdir(slot.folder))
    if (name !== ".mark") await fs.rm(path.join(slot.folder, name), { force: true });
}
