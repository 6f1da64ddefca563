import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Reproduced } from "#commands/gauntlet/reproduce.ts";
import { type ApiServer, serveApi } from "#commands/testing/api-server.ts";
import { gauntlet } from "#commands/testing/program.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import type { EvaluatorProcess } from "#evaluator/testing/process.ts";
import { attackOn, linear, nudge, TINY } from "#evaluator/testing/tiny.ts";
import { node } from "#golden/graph.ts";

let site: Installation;
let server: ApiServer;
let evaluator: EvaluatorProcess;
beforeAll(async () => {
  site = await openInstallation(TINY);
  evaluator = await site.startEvaluator();
  await site.submit("attack", { bytes: attackOn((row, point) => nudge(row, 2, point)), name: "Somebody's" });
  for (const { id } of await site.db.submission.findMany()) await site.outcome(id);
  server = await serveApi();
}, 300_000);
afterAll(async () => {
  await server?.close();
  await site?.close();
});

/** What `reproduce` says of evaluations of this site. */
async function reproduced(ids: string[]) {
  const { status, out, error } = await gauntlet(["reproduce", ...ids, "--site", server.url, "--json"]);
  return { status, error, ...JSON.parse(out || "{}") };
}

async function evaluations(where: object): Promise<string[]> {
  return (await site.db.evaluation.findMany({ where, orderBy: { id: "asc" } })).map(({ id }) => String(id));
}

test("every evaluation that the baselines have is measured again to the same verdicts, all but the holdout's", async () => {
  const ours = { OR: [{ attackId: null }, { attack: { origin: "baseline" as const } }] };
  const ids = await evaluations({ ...ours, kind: { not: "holdout" } });
  const hidden = await evaluations({ kind: "holdout" });
  const { status, evaluations: results } = await reproduced([...ids, ...hidden]);
  const outcomes = results.map(({ evaluation, outcome }: Reproduced) => [evaluation, outcome]);
  const expected = [...ids.map((id) => [id, "equal"]), ...hidden.map((id) => [id, "cannot-be-compared"])];
  expect([status, outcomes]).toEqual([0, expected]);
  expect(new Set(results.map(({ kind }: Reproduced) => kind)).size).toBe(4);
}, 120_000);

test("a verdict that was recorded wrongly is named, by its point, and the exit status says so", async () => {
  const [id] = await evaluations({ kind: "clean" });
  const where = { id: BigInt(id!) };
  const { bits } = await site.db.evaluation.findUniqueOrThrow({ where });
  const wrong = new Uint8Array(bits!);
  wrong[1]! ^= 4;
  await site.db.evaluation.update({ where, data: { bits: wrong } });
  const { status, evaluations: results } = await reproduced([id!]);
  await site.db.evaluation.update({ where, data: { bits } });
  expect([status, results]).toEqual([1, [expect.objectContaining({ outcome: "different", points: [10] })]]);
}, 60_000);

test("examples of others cannot be had before the reveal, by whoever may not see them", async () => {
  const [id] = await evaluations({ attack: { origin: "person" } });
  expect(await reproduced([id!])).toMatchObject({ status: 4, error: { code: "examples-closed" } });
  const [open] = await evaluations({ kind: "clean" });
  const { status, evaluations: results } = await reproduced([id!, open!]);
  const outcomes = results.map(({ evaluation, outcome }: Reproduced) => [evaluation, outcome]);
  expect([status, outcomes], "it keeps nothing that can be had").toEqual([
    0,
    [
      [id, "cannot-be-compared"],
      [open, "equal"],
    ],
  ]);
}, 60_000);

test("a randomised model is measured again once its challenge has closed: the hash of the seed was public before", async () => {
  const noisy = linear({
    before: [node("RandomNormalLike", "x", "noise", { scale: { f: 0.05 } }), node("Add", "x noise", "blurred")],
    from: "blurred",
  });
  const id = await site.submit("defense", { bytes: noisy, name: "Noisy" });
  expect(await site.outcome(id)).toMatchObject({ state: "scored" });
  const ids = await evaluations({ defenseId: id, OR: [{ kind: "clean" }, { attack: { origin: "baseline" } }] });
  expect(ids.length).toBeGreaterThan(1);
  const receipt = async () => (await fetch(`${server.url}/api/v1/evaluations/${ids[0]}/receipt`)).json();
  const before = await receipt();
  expect(before).toMatchObject({ noiseSeed: null, receipt: { settings: { noiseSha256: expect.any(String) } } });
  const closed = await reproduced(ids);
  expect(closed.status).toBe(1);
  expect(closed.evaluations.map(({ outcome }: Reproduced) => outcome)).toEqual(ids.map(() => "cannot-be-compared"));

  await site.db.challenge.update({ where: { id: site.challenge.id }, data: { closesAt: new Date(Date.now() - 1000) } });
  await evaluator.end("SIGTERM");
  evaluator = await site.startEvaluator();
  const after = await receipt();
  const sha256 = createHash("sha256").update(Buffer.from(after.noiseSeed, "hex")).digest("hex");
  expect(sha256).toBe(before.receipt.settings.noiseSha256);
  const { status, evaluations: results } = await reproduced(ids);
  expect([status, results.map(({ outcome }: Reproduced) => outcome)]).toEqual([0, ids.map(() => "equal")]);
}, 120_000);

/** A site that gives everything as this one does, but one answer with a byte changed. */
async function liar(path: RegExp, change: (bytes: Buffer) => Buffer): Promise<Server & { url: string }> {
  const lying = createServer(async (request, answer) => {
    const told = await fetch(`${server.url}${request.url}`);
    const bytes = Buffer.from(await told.arrayBuffer());
    answer.writeHead(told.status).end(path.test(request.url!) ? change(bytes) : bytes);
  }).listen(0, "127.0.0.1");
  await once(lying, "listening");
  return Object.assign(lying, { url: `http://127.0.0.1:${(lying.address() as AddressInfo).port}` });
}

test.each([
  [
    "a receipt with another count",
    /receipt/,
    (bytes: Buffer) => replaced(bytes, '"taken":', '"taken":1'),
    "bad-signature",
  ],
  [
    "a receipt of another evaluation",
    /receipt/,
    (bytes: Buffer) => replaced(bytes, '"evaluation":"', '"evaluation":"1'),
    "bad-signature",
  ],
  ["a model with another byte", /model\.onnx/, lastByteChanged, "sha256-mismatch"],
])(
  "%s is refused",
  async (_, path, change, code) => {
    const [id] = await evaluations({ attack: { origin: "baseline" } });
    const lying = await liar(path, change);
    const { status, out } = await gauntlet(["reproduce", id!, "--site", lying.url, "--json"]);
    lying.close();
    expect([status, JSON.parse(out)]).toMatchObject([1, { error: { code } }]);
  },
  60_000,
);

function lastByteChanged(bytes: Buffer): Buffer {
  bytes[bytes.length - 1]! ^= 1;
  return bytes;
}

function replaced(bytes: Buffer, from: string, to: string): Buffer {
  const text = bytes.toString().replace(from, to);
  expect(text).not.toBe(bytes.toString());
  return Buffer.from(text);
}

test.each([
  ["abc", 2, "bad-id"],
  ["999999", 1, "not-found"],
])(
  "evaluation %s: exit status %i, %s",
  async (id, status, code) => {
    expect(await reproduced([id])).toMatchObject({ status, error: { code } });
  },
  60_000,
);
