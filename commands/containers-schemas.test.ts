import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { said } from "#commands/testing/program.ts";
import { type Venv, venvWith } from "#commands/testing/python.ts";

/** Both carry the schemas themselves: Kubernetes' own of 1.37, and the Compose specification's. */
const VALIDATORS = ["kubernetes-validate==1.37.0", "check-jsonschema==0.39.0"];
const VALIDATE = {
  kubernetes: { tool: "kubernetes-validate", options: ["--strict"] },
  compose: { tool: "check-jsonschema", options: ["--builtin-schema", "vendor.compose-spec"] },
};

let venv: Venv;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gauntlet-schemas-"));
  venv = await venvWith("container-schemas", VALIDATORS);
  if (venv.why !== null) console.log(`The container files' schemas are not asked: ${venv.why}`);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Kind = keyof typeof VALIDATE;
// Of KEDA's own kinds Kubernetes has no schema: the tool only says so.
const FILES: [Kind, string][] = [
  ["compose", "docker/compose.yaml"],
  ...readdirSync("docker/kubernetes").map((file): [Kind, string] => ["kubernetes", `docker/kubernetes/${file}`]),
];

async function validate(kind: Kind, file: string) {
  if (venv.why !== null) throw new Error(venv.why);
  const { tool, options } = VALIDATE[kind];
  const { status, out, error } = await said(join(venv.folder, "bin", tool), [...options, file]);
  return { status, says: out + error };
}

test.for(FILES)("the schema of %s takes %s", { timeout: 60_000 }, async ([kind, file], context) => {
  if (venv.why !== null) return context.skip(venv.why);
  const { status, says } = await validate(kind, file);
  expect(status, says).toBe(0);
});

test.for<[Kind, string, [from: string, to: string], string]>([
  ["compose", "docker/compose.yaml", ["healthcheck:", "healthchek:"], "healthchek"],
  ["compose", "docker/compose.yaml", ["security_opt:", "security_opts:"], "security_opts"],
  ["kubernetes", "docker/kubernetes/gauntlet.yaml", ["runAsNonRoot:", "runAsNotRoot:"], "runAsNotRoot"],
  ["kubernetes", "docker/kubernetes/gauntlet.yaml", ["replicas: 1", "replicas: one"], "replicas"],
  ["kubernetes", "docker/kubernetes/gauntlet.yaml", ["podSelector", "podSelektor"], "podSelektor"],
])(
  "and the schema of %s finds what is wrong in a copy of %s: %o",
  { timeout: 60_000 },
  async ([kind, file, [from, to], named], context) => {
    if (venv.why !== null) return context.skip(venv.why);
    const text = readFileSync(file, "utf8");
    expect(text).toContain(from);
    const copy = join(folder, "copy.yaml");
    writeFileSync(copy, text.replaceAll(from, to));
    const { status, says } = await validate(kind, copy);
    expect(status).not.toBe(0);
    expect(says).toContain(named);
  },
);
