import { defineConfig } from "@playwright/test";
import { env } from "#env.ts";

/** Browser journeys through an installation that commands/e2e.ts has started; run them with `npm run e2e`. */
export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.e2e.ts",
  globalSetup: "./e2e/measured.ts",
  outputDir: "test-results",
  // The journeys share one installation, and one of them watches what the others' evaluations would delay.
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/playwright.json" }]],
  use: {
    baseURL: env.siteUrl,
    trace: "retain-on-failure",
    launchOptions: {
      ...(env.CHROMIUM === undefined ? {} : { executablePath: env.CHROMIUM }),
      // Chromium's own sandbox refuses to run as root.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
