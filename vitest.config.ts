import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // What says "server-only" is the server's; the package throws wherever the bundler has not replaced it.
  resolve: { alias: { "server-only": resolve(import.meta.dirname, "node_modules/server-only/empty.js") } },
  test: {
    include: [
      "{app,archive,arrays,challenges,commands,components,contest,data,evaluator,golden,onnx,store}/**/*.test.{ts,tsx}",
      "*.test.ts",
    ],
    globalSetup: ["commands/test-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { GAUNTLET_SECRET: "0".repeat(64), LOG_LEVEL: "silent" },
  },
});
