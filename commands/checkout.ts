import { join, resolve } from "node:path";

/** The folder that package.json lies in. */
export const checkout: string = resolve(import.meta.dirname, "..");

/** The path of a program that a package brings, for instance `next`. */
export function packageProgram(name: string): string {
  return join(checkout, "node_modules", ".bin", name);
}
