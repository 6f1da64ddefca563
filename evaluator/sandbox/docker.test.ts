import { expect, test } from "vitest";
import { dockerCommand } from "./docker.ts";

// The engine itself is not at hand where these tests run; this pins the walls that the command asks for.
test("the command asks for every wall, and passes inputs read-only", () => {
  const limits = { cpuSeconds: 9, wallMs: 1_000, memoryBytes: 2 ** 30, outputBytes: 10, tmpBytes: 4096 };
  const run = {
    slot: 0,
    files: [{ name: "model.onnx", source: "/data/m.onnx" }],
    args: ["job"],
    limits,
    onOutput: () => {},
  };
  const command = dockerCommand(run, "/build/main.cjs", "gauntlet-slot").join(" ");
  for (const wall of [
    ...["--network none", "--read-only", "--cap-drop ALL", "--security-opt no-new-privileges", "--pids-limit 32"],
    ...["--memory 1536m --memory-swap 1536m", "--ulimit cpu=9:10", "--user 65534:65534", "--ipc none"],
    ...[
      "type=bind,source=/data/m.onnx,target=/in/model.onnx,readonly",
      "type=bind,source=/build/main.cjs,target=/app/main.cjs,readonly",
    ],
  ])
    expect(command).toContain(wall);
  expect(command).not.toMatch(/--privileged|docker\.sock|unconfined/);
  expect(command.endsWith("node --max-semi-space-size=4 /app/main.cjs job")).toBe(true);
});
