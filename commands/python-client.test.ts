import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "#commands/checkout.ts";
import { type ApiServer, serveApi } from "#commands/testing/api-server.ts";
import { goldenFiles } from "#commands/testing/golden-files.ts";
import { said } from "#commands/testing/program.ts";
import { venvWith } from "#commands/testing/python.ts";
import { buildWheel, clientFolder } from "#commands/wheel/build.ts";
import { createToken } from "#data/tokens.ts";
import { variant } from "#evaluator/testing/challenges.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import { linear, linearWeights, TINY } from "#evaluator/testing/tiny.ts";

const BUDGET = 20_000;

let site: Installation;
let server: ApiServer;
let folder: string;
let python: string;
let why: string | null;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gauntlet-python-"));
  why = await install();
  if (why !== null) return console.log(`The Python client's tests are skipped: ${why}`);
  site = await openInstallation(TINY);
  await site.startEvaluator({ variables: { QUERY_SLOTS: "1" } });
  const model = linear({ of: linearWeights(3) });
  const asked = await addAsked(model);
  for (const { id } of await site.db.submission.findMany()) await site.outcome(id);
  server = await serveApi();
  writeFileSync(join(folder, "model.onnx"), model);
  const told = {
    ...{ url: server.url, model: join(folder, "model.onnx") },
    token: await token("grace", ["read", "submit"]),
    reader: await token("ada", ["read"]),
    poor: await token("poor", ["read", "submit"]),
    ...goldenFiles(join(folder, "golden")),
    kits: await unpackKits(),
  };
  const personId = await site.person("poor");
  await site.db.queryLedger.create({ data: { ...asked, personId, spent: BUDGET - 1, budget: BUDGET } });
  writeFileSync(join(folder, "given.json"), JSON.stringify(told));
}, 600_000);
afterAll(async () => {
  await server?.close();
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("the package is typed throughout", async (context) => {
  if (why !== null) return context.skip();
  const config = ["--config-file", join(clientFolder, "pyproject.toml"), "--cache-dir", join(folder, "mypy")];
  const { status, out } = await said(python, ["-m", "mypy", ...config, join(clientFolder, "gauntlet_arena")]);
  expect(status, out).toBe(0);
}, 120_000);

test("against this site, it submits, asks and checks as its own tests say", async (context) => {
  if (why !== null) return context.skip();
  const pytest = ["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", join(clientFolder, "tests")];
  const { status, out, error } = await said(python, pytest, {
    ...{ GAUNTLET_TEST: join(folder, "given.json"), GAUNTLET_NODE: process.execPath, PYTHONDONTWRITEBYTECODE: "1" },
  });
  console.log(out.split("\n").slice(-6).join("\n"));
  expect(status, `${out.slice(-8000)}\n${error.slice(-2000)}`).toBe(0);
}, 600_000);

const token = async (handle: string, scopes: ("read" | "submit")[]) =>
  (await createToken(await site.person(handle), { name: "test", scopes, days: 1 }))!;

/** The starter kits of both challenges, each in a folder of its name; gives the folder of the two. */
async function unpackKits(): Promise<string> {
  const { GET } = await import(join(checkout, "app/challenges/[slug]/starter-kit.zip/route.ts"));
  for (const slug of ["tiny-nogrid", "tiny-asked"]) {
    const kit = await GET(new Request(server.url), { params: Promise.resolve({ slug }) });
    for (const [path, bytes] of Object.entries(unzipSync(new Uint8Array(await kit.arrayBuffer())))) {
      mkdirSync(join(folder, "kits", dirname(path)), { recursive: true });
      writeFileSync(join(folder, "kits", path), bytes);
    }
  }
  return join(folder, "kits");
}

/** A challenge with the same points whose models only answer, and one of them. */
async function addAsked(model: Uint8Array<ArrayBuffer>) {
  const source = variant("tiny-nogrid", folder, {
    threatModel: { norm: "Linf", epsilon: 0.1, access: "query", targeted: false },
    queries: { answers: "labels", budget: BUDGET },
  });
  const renamed = join(folder, "tiny-asked");
  renameSync(source, renamed);
  const challengeId = await site.addChallenge(renamed);
  const defenseId = await site.submit("defense", { bytes: model, name: "Closed", challengeId });
  return { challengeId, defenseId };
}

/** What the tests need, and the client itself, in an environment; in a line why not. */
async function install(): Promise<string | null> {
  const requirements = readFileSync(join(clientFolder, "tests/requirements.txt"), "utf8").trim().split("\n");
  const venv = await venvWith("python-client", requirements);
  if (venv.why !== null) return venv.why;
  python = join(venv.folder, "bin/python");
  const wheel = await buildWheel(python, folder);
  const pip = ["-m", "pip", "-q", "--disable-pip-version-check", "install", "--force-reinstall", "--no-deps", wheel];
  const installed = await said(python, pip);
  return installed.status === 0 ? null : installed.error;
}
