import { readFileSync } from "node:fs";
import { z } from "zod";
import { check } from "#onnx/check.ts";

/**
 * The static gate for the Python client, which brings this file compiled and runs it with Node: {model, side, shape, classes} as
 * JSON on standard input, {problems, facts} on standard output. The model is read, never run.
 */
const Asked = z.object({
  model: z.string(),
  side: z.string().nullable(),
  shape: z.array(z.int()),
  classes: z.int(),
});

const { model, side, shape, classes } = Asked.parse(JSON.parse(readFileSync(0, "utf8")));
const result = check(readFileSync(model), { shape, classes, ...(side !== null && { sideFile: readFileSync(side) }) });
console.log(
  JSON.stringify(result.ok ? { problems: [], facts: result.facts } : { problems: result.problems, facts: {} }),
);
