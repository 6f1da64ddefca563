import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{arrays,commands,components,contest,data,evaluator,onnx,store,app}/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
