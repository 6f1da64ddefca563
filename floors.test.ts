import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Below these versions lies a known hole or trap; raised when a new one is found. */
const floors: Record<string, string> = {
  next: "16.4.6",
  react: "19.3.1",
  "next-auth": "4.24.15",
  "onnxruntime-node": "1.30.0",
  zod: "4.6.7",
  "pg-boss": "12.38.0",
  sharp: "0.35.5",
};

const lock = JSON.parse(readFileSync(join(import.meta.dirname, "package-lock.json"), "utf8")) as {
  packages: Record<string, { version?: string; resolved?: string; dependencies?: Record<string, string> }>;
};
const own = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8"));

const number = (version: string) => version.split(/[.-]/).slice(0, 3).map(Number) as [number, number, number];
function below(version: string, floor: string): boolean {
  const [a, b] = [number(version), number(floor)];
  const at = a.findIndex((part, i) => part !== b[i]);
  return at >= 0 && a[at]! < b[at]!;
}

test.each(Object.entries(floors))("every %s in the lock file is %s or later", (name, floor) => {
  const found = Object.entries(lock.packages).filter(
    ([path]) => path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`),
  );
  for (const [path, { version }] of found) expect(below(version!, floor), `${path} ${version}`).toBe(false);
  if (name !== "sharp") expect(found.length).toBeGreaterThan(0);
});

test("every dependency is pinned to one version, and the lock file names no registry", () => {
  for (const version of Object.values({ ...own.dependencies, ...own.devDependencies }))
    expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  for (const { resolved } of Object.values(lock.packages)) expect(resolved).toBeUndefined();
});
