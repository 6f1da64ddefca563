import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { packageProgram } from "#commands/checkout.ts";
import { installDebianPackage, whereIs } from "#commands/debian.ts";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/**
 * The path of the browser for the journeys: the system's Chromium, else playwright's own; one of them is installed
 * where both are missing. Throws an Error of one line that says what to do.
 */
export function requireChromium(): string {
  const found = installed();
  if (found !== null) return found;
  if (installDebianPackage("chromium")) return whereIs("chromium") ?? "chromium";
  console.log("  Installing playwright's Chromium: playwright install chromium");
  const tried = spawnSync(packageProgram("playwright"), ["install", "chromium"], {
    stdio: "inherit",
    timeout: 300_000,
  });
  if (tried.status === 0) return chromium.executablePath();
  throw new Error(
    "No Chromium for the browser journeys: apt-get install -y chromium (or npx playwright install chromium)",
  );
}

function installed(): string | null {
  const system = names.map(whereIs).find((path) => path !== null);
  if (system !== undefined) return system;
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}
