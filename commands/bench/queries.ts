import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNpy } from "#arrays/npy.ts";
import { inWords, quantile } from "#commands/bench/apparatus/figures.ts";
import { type BenchOptions, type Finding, publish } from "#commands/bench/apparatus/findings.ts";
import { moment } from "#commands/bench/apparatus/machine.ts";
import { writeAdmittedModel } from "#commands/bench/apparatus/mnist-model.ts";
import { startSite } from "#commands/bench/apparatus/site.ts";
import { buildSite } from "#commands/build.ts";
import { step } from "#commands/progress.ts";
import { provide } from "#env.ts";
import { variant } from "#evaluator/testing/challenges.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import { putBytes, readArtifact } from "#store/artifacts.ts";

const CLIENTS = 32;
/** People that the clients belong to: the limit on requests is a person's. */
const PEOPLE = 8;
const SIZE = 28 * 28;
const NPY = "application/x-npy";

/** Asking a small network for labels, image by image and in batches, by many clients at once. */
export async function main(options: BenchOptions): Promise<void> {
  const began = moment();
  const seconds = options.small ? 2 : 15;
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-bench-"));
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    await step("Site", buildSite);
    const queries = { answers: "labels", budget: 100_000_000 };
    const threatModel = { norm: "Linf", epsilon: "76/255", access: "query", targeted: false };
    const installation = await openInstallation(variant("mnist-linf", folder, { threatModel, queries }), {
      ownServer: true,
    });
    closing.unshift(installation.close);
    provide({ NEXTAUTH_SECRET: "bench".repeat(8) });
    const site = await startSite(folder, installation.postgres!.url);
    closing.unshift(site.stop);
    await installation.startEvaluator({ variables: { LOG_LEVEL: "warn" } });
    const defense = await addDefense(installation, join(folder, "model.onnx"));
    const tokens = await peoplesTokens(installation);
    const points = new Float32Array((await readArtifact(installation.challenge.pointsSha)).buffer.slice(0));
    const steps = Uint8Array.from(points, (value) => Math.round(value * 255));
    const url = `${site.url}/api/v1/defenses/${defense}/queries`;
    const load = { url, tokens, seconds };
    await ask({ ...load, seconds: 2 }, bodies(steps, 1));
    const single = await ask(load, bodies(steps, 1));
    const batches = await ask(load, bodies(steps, 100));
    const charged = (await installation.db.queryLedger.aggregate({ _sum: { spent: true } }))._sum.spent!;
    publish("queries", began, how(seconds), findings(single, batches, charged, seconds), options);
  } finally {
    for (const close of closing) await close();
  }
}

function how(seconds: number): string {
  return (
    `${CLIENTS} clients of ${PEOPLE} people in one process, each sending its next request when the last one is answered, for ${seconds} s, over kept connections, to a production site with one evaluator ` +
    "and a durable database on the same machine; uint8 .npy in, labels as .npy out; the bundled undefended MNIST network. Exact: what the ledger has against what was answered, all runs together."
  );
}

interface Run {
  requests: number;
  images: number;
  ms: number[];
}
let answered = 0;

function findings(single: Run, batches: Run, charged: number, seconds: number): Finding[] {
  const rate = (count: number) => Math.round(count / seconds);
  const p = (run: Run, q: number) => quantile(run.ms, q);
  const [singles, images] = [rate(single.requests), rate(batches.images)];
  return [
    {
      what: "single images",
      measured: `${singles.toLocaleString("en")} a second; median ${inWords(p(single, 0.5))}, p99 ${inWords(p(single, 0.99))}`,
      target: ">= 600 a second, p99 < 150 ms",
      met: singles >= 600 && p(single, 0.99) < 150,
    },
    {
      what: "batches of 100",
      measured: `${images.toLocaleString("en")} images a second; median ${inWords(p(batches, 0.5))}, p99 ${inWords(p(batches, 0.99))}`,
      target: ">= 20,000 images a second",
      met: images >= 20_000,
    },
    {
      what: "ledger",
      measured: `${charged} charged, ${answered} answered`,
      target: "exact",
      met: charged === answered,
    },
  ];
}

/** Request bodies of `rows` images each. */
function bodies(steps: Uint8Array, rows: number): Uint8Array[] {
  return Array.from({ length: Math.floor(steps.length / (SIZE * rows)) }, (_, i) => {
    const data = steps.slice(i * rows * SIZE, (i + 1) * rows * SIZE);
    return writeNpy({ shape: [rows, 1, 28, 28], data });
  });
}

async function ask(
  { url, tokens, seconds }: { url: string; tokens: string[]; seconds: number },
  bodies: Uint8Array[],
): Promise<Run> {
  const agent = new Agent({ keepAlive: true });
  const run: Run = { requests: 0, images: 0, ms: [] };
  const end = performance.now() + seconds * 1000;
  const client = async (_: unknown, seed: number) => {
    for (let i = seed; performance.now() < end; i++) {
      const began = performance.now();
      const labels = await post(agent, url, tokens[seed % PEOPLE]!, bodies[i % bodies.length]!);
      run.ms.push(performance.now() - began);
      run.requests++;
      run.images += labels;
      answered += labels;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
  return run;
}

/** Sends one request; resolves to how many labels came back. Throws on any status but 200. */
async function post(agent: Agent, url: string, token: string, body: Uint8Array): Promise<number> {
  const sent = request(url, {
    ...{ method: "POST", agent },
    headers: {
      authorization: `Bearer ${token}`,
      accept: NPY,
      "content-type": NPY,
      "content-length": body.length,
    },
  });
  sent.end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  const answer = Buffer.concat(parts);
  if (response.statusCode !== 200) throw new Error(`POST ${url}: ${response.statusCode} ${answer}`);
  // 128 bytes of header, then int64.
  return (answer.length - 128) / 8;
}

/** The network as an admitted defense, without its having been evaluated. */
async function addDefense({ db, challenge, person }: Installation, file: string): Promise<string> {
  writeAdmittedModel(file);
  const bytes = readFileSync(file);
  const { sha256 } = await putBytes(bytes);
  const entry = { challengeId: challenge.id, personId: await person("ann"), name: "Undefended" };
  const upload = { uploadSha: sha256, uploadName: "model.onnx", uploadBytes: bytes.length };
  const { id } = await db.submission.create({
    data: { ...entry, ...upload, kind: "defense", state: "scored", form: {} },
  });
  // Through the gauntlet already: nothing else is to run meanwhile.
  const row = { id, claim: 0.5, facts: {}, modelSha: sha256, receivedAt: new Date(), gauntletFault: "timeout" };
  await db.defense.create({ data: { ...entry, ...row } });
  return id;
}

async function peoplesTokens(installation: Installation): Promise<string[]> {
  const { createToken } = await import("#data/tokens.ts");
  const make = async (_: unknown, i: number) => {
    const personId = await installation.person(`asker-${i}`);
    return (await createToken(personId, { name: "bench", scopes: ["submit"], days: 1 }))!;
  };
  return Promise.all(Array.from({ length: PEOPLE }, make));
}
