import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readNpy, writeNpy } from "#arrays/npy.ts";
import { ChallengeFile } from "#contest/challenge.ts";
import type { QueryAccess } from "#contest/query.ts";
import { CHALLENGE, openSite, type Site } from "#data/testing/site.ts";
import { type EvaluatorProcess, launchEvaluator } from "#evaluator/testing/process.ts";
import { CLASSES, linear, linearAnswer, linearWeights, SIZE, tinyPoints } from "#evaluator/testing/tiny.ts";
import { crashAt, nanAt } from "#evaluator/testing/triggers.ts";
import { check } from "#onnx/check.ts";
import { encode } from "#onnx/encode.ts";

const { x } = tinyPoints();
const row = (i: number) => x.slice(i * SIZE, (i + 1) * SIZE);
const npyOf = (rows: Float32Array, shape = [rows.length / SIZE, 1, 4, 4]) => writeNpy({ shape, data: rows });

let site: Site;
let evaluator: EvaluatorProcess;
let made = 0;

beforeAll(async () => {
  site = await openSite();
  evaluator = await start();
}, 120_000);
afterAll(async () => {
  await evaluator?.end("SIGKILL");
  await site?.close();
});

const start = () => launchEvaluator({ log: join(site.folder, "evaluator.log"), variables: { QUERY_SLOTS: "1" } });

/** An admitted defense of a challenge of its own, as if it had been evaluated. */
async function askable(
  uploaded: Uint8Array<ArrayBuffer>,
  queries: QueryAccess,
  over: { closes?: string; grid?: number } = {},
) {
  const { db, people, challenge: tiny } = site;
  const checked = check(uploaded, { shape: [1, 4, 4], classes: CLASSES });
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
  const model = encode(checked.model);
  const { sha256 } = await site.putBytes(model);
  const slug = `asked-${++made}`;
  const config = ChallengeFile.parse({
    ...CHALLENGE,
    threatModel: { norm: "Linf", epsilon: over.grid ? `26/${over.grid}` : 0.1, access: "query" },
    data: { ...CHALLENGE.data, shape: [1, 4, 4], classes: ["left", "right", "bottom"], grid: over.grid ?? null },
    queries,
  });
  const { id: _, config: __, ...row } = tiny;
  const closesAt = over.closes ? new Date(over.closes) : null;
  const challenge = await db.challenge.create({ data: { ...row, slug, config, classes: CLASSES, closesAt } });
  const entry = { challengeId: challenge.id, personId: people.other.id, name: "A closed model" };
  const upload = { uploadSha: sha256, uploadName: "m.onnx", uploadBytes: model.length };
  const { id } = await db.submission.create({
    data: { ...entry, ...upload, kind: "defense", state: "scored", form: {} },
  });
  await db.defense.create({ data: { ...entry, id, claim: 0.5, facts: {}, modelSha: sha256, receivedAt: new Date() } });
  return id;
}

async function ask(id: string, body: BodyInit, headers: Record<string, string> = {}) {
  const { api } = await import("./api.ts");
  const sent = { ...site.people.member.token, "content-type": "application/x-npy", ...headers };
  return api.request(`/api/v1/defenses/${id}/queries`, { method: "POST", body, headers: sent });
}

const spent = async (id: string) =>
  (await site.db.queryLedger.findFirst({ where: { defenseId: id, personId: site.people.member.id } }))?.spent ?? 0;

describe("a defense answers as the model does", () => {
  test("with classes, by JSON and by .npy, and the budget is in body, headers and ledger", async () => {
    const id = await askable(linear(), { answers: "labels", budget: 100 });
    const expected = [0, 1, 2].map((i) => linearAnswer(linearWeights(), row(i)).answer);
    const inputs = [0, 1, 2].map((i) => [0, 1, 2, 3].map((y) => [...row(i).slice(4 * y, 4 * y + 4)]));
    const json = await ask(id, JSON.stringify({ inputs }), { "content-type": "application/json" });
    expect(json.status).toBe(200);
    expect(await json.json()).toEqual({
      ...{ answers: "labels", budget: 100, labels: expected },
      charged: 3,
      spent: 3,
      left: 97,
    });
    const npy = await ask(id, npyOf(x.slice(0, 3 * SIZE)), { accept: "application/x-npy" });
    const read = readNpy(new Uint8Array(await npy.arrayBuffer()));
    expect(read.ok && Array.from(read.array.data, Number)).toEqual(expected);
    expect(npy.headers.get("query-left")).toBe("94");
    const { api } = await import("./api.ts");
    const ledger = await (await api.request(`/api/v1/defenses/${id}/queries`)).json();
    expect(ledger).toMatchObject({
      budget: 100,
      people: 1,
      total: 6,
      ledger: [{ person: "member", spent: 6, attackRows: 0 }],
    });
  });

  test("on a grid, pixels and the values that they stand for alike", async () => {
    const id = await askable(linear(), { answers: "scores", budget: 100 }, { grid: 255 });
    const pixels = Uint8Array.from(x.slice(0, 2 * SIZE), (value) => Math.round(value * 255));
    const values = Float32Array.from(pixels, (step) => step / 255);
    const asked = [npyOf(values), writeNpy({ shape: [2, 1, 4, 4], data: pixels })];
    for (const body of asked) {
      const { labels, scores } = await (await ask(id, body)).json();
      for (const i of [0, 1]) {
        const own = linearAnswer(linearWeights(), values.slice(i * SIZE, (i + 1) * SIZE));
        expect(labels[i]).toBe(own.answer);
        const [first, second] = scores[i].toSorted((a: number, b: number) => b - a);
        expect(first - second).toBeCloseTo(own.lead, 4);
      }
    }
  });

  test("with scores, and a row that it has no valid answer to is null and counts", async () => {
    const { nodes, weights } = nanAt(row(1));
    const id = await askable(linear({ after: nodes, weights }), { answers: "scores", budget: 100 });
    const answer = await (await ask(id, npyOf(x.slice(0, 2 * SIZE)))).json();
    expect(answer).toMatchObject({ labels: [linearAnswer(linearWeights(), row(0)).answer, null], spent: 2 });
    expect(answer.scores[0].indexOf(Math.max(...answer.scores[0]))).toBe(answer.labels[0]);
    expect(answer.scores[1]).toEqual([null, null, null]);
  });
});

test("32 clients at once are answered exactly as often as the budget says, and each is charged once", async () => {
  const id = await askable(linear(), { answers: "labels", budget: 100 });
  const client = async (_: unknown, seed: number) => {
    const statuses: [number, number][] = [];
    for (let i = 0; i < 5; i++) {
      const response = await ask(id, npyOf(row((seed + i) % 60)));
      statuses.push([response.status, Number(response.headers.get("query-spent"))]);
      if (response.status === 403) expect((await response.json()).code).toBe("query-budget-exhausted");
    }
    return statuses;
  };
  const answers = (await Promise.all(Array.from({ length: 32 }, client))).flat();
  const charged = answers.filter(([status]) => status === 200).map(([, total]) => total);
  expect(charged.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  expect(answers.filter(([status]) => status === 403)).toHaveLength(60);
  expect(await spent(id)).toBe(100);
});

test("more than is left is refused as a whole, and what fits is still answered", async () => {
  const id = await askable(linear(), { answers: "labels", budget: 5 });
  expect((await ask(id, npyOf(x.slice(0, 3 * SIZE)))).status).toBe(200);
  const over = await ask(id, npyOf(x.slice(0, 3 * SIZE)));
  expect(over.status).toBe(403);
  expect(await over.json()).toMatchObject({
    problems: [{ code: "query-budget-exhausted", expected: "at most 2 more", found: "3" }],
  });
  expect((await ask(id, npyOf(x.slice(0, 2 * SIZE)))).status).toBe(200);
  expect(await spent(id)).toBe(5);
});

test("a model that dies of an input answers everybody else's, and what had no answer is given back", async () => {
  const { nodes, weights } = crashAt(row(7));
  const deadly = await askable(linear({ after: nodes, weights }), { answers: "labels", budget: 100 });
  const honest = await askable(linear(), { answers: "labels", budget: 100 });
  const asked = [7, 1, 2, 3].map((i) => ask(deadly, npyOf(row(i))));
  const answers = await Promise.all([...asked, ask(honest, npyOf(row(7)))]);
  expect(answers.map(({ status }) => status)).toEqual([502, 200, 200, 200, 200]);
  expect(await answers[0]!.json()).toMatchObject({ code: "model-failed" });
  expect([await spent(deadly), await spent(honest)]).toEqual([3, 1]);
});

describe("a question that cannot be asked costs nothing and says why", () => {
  let id: string;
  beforeAll(async () => {
    id = await askable(linear(), { answers: "labels", budget: 100 });
  });
  const json = (body: unknown): [BodyInit, Record<string, string>] => [
    typeof body === "string" ? body : JSON.stringify(body),
    { "content-type": "application/json" },
  ];
  const bad = (value: number) => npyOf(row(0).fill(value, 3, 4));
  test.each<[string, number, string, BodyInit, Record<string, string>?]>([
    ["NaN", 422, "inputs-not-finite", bad(Number.NaN)],
    ["infinity", 422, "inputs-not-finite", bad(Number.POSITIVE_INFINITY)],
    ["out of range", 422, "inputs-out-of-range", bad(1.5)],
    ["another shape", 422, "examples-shape", npyOf(row(0), [1, 2, 8])],
    ["one row without its axis", 422, "examples-shape", npyOf(row(0), [16])],
    ["whole numbers", 422, "examples-integers", writeNpy({ shape: [1, 1, 4, 4], data: new BigInt64Array(16) })],
    ["10^6 rows", 422, "inputs-row-count", writeNpy({ shape: [1_000_000, 1, 4, 4], data: new Uint8Array(16_000_000) })],
    ["more bytes than are read", 413, "body-too-large", new Uint8Array(2 ** 24 + 1)],
    ["no row", 422, "inputs-row-count", npyOf(new Float32Array(), [0, 1, 4, 4])],
    ["a header that lies", 422, "npy-truncated", npyOf(row(0)).slice(0, -4)],
    ["an empty body", 422, "inputs-format", ""],
    ["a pickle", 422, "inputs-format", new Uint8Array([0x80, 4, 75, 1, 46])],
    ["JSON with NaN", 422, "inputs-format", ...json('{"inputs": [NaN]}')],
    ["JSON without inputs", 422, "inputs-missing", ...json([1, 2])],
    ["ragged JSON", 422, "inputs-ragged", ...json({ inputs: [Array(16).fill(0), Array(15).fill(0)] })],
    ["JSON with text", 422, "inputs-ragged", ...json({ inputs: [[...Array(15).fill(0), "0"]] })],
    ["JSON of 10^6 rows", 422, "inputs-row-count", ...json({ inputs: Array(1_000_000).fill([]) })],
    ["JSON that is deep", 422, "examples-shape", ...json(`{"inputs": ${"[".repeat(5000)}${"]".repeat(5000)}}`)],
    ["no token", 401, "not-signed-in", npyOf(row(0)), { authorization: "" }],
  ])("%s", async (_, status, code, body, headers) => {
    const { authorization, ...rest } = headers ?? {};
    const { api } = await import("./api.ts");
    const response =
      authorization === ""
        ? await api.request(`/api/v1/defenses/${id}/queries`, { method: "POST", body })
        : await ask(id, body, rest);
    expect([response.status, (await response.json()).code]).toEqual([status, code]);
    expect(await spent(id)).toBe(0);
  });

  test("a token without the scope, an unverified person, a closed challenge, a challenge without queries", async () => {
    const { db, people } = site;
    const { createToken } = await import("#data/tokens.ts");
    const reads = await createToken(people.member.id, { name: "reads", scopes: ["read"], days: 1 });
    expect((await (await ask(id, npyOf(row(0)), { authorization: `Bearer ${reads}` })).json()).code).toBe(
      "token-scope",
    );
    await db.person.update({ where: { id: people.stranger.id }, data: { approvedAt: null } });
    expect((await (await ask(id, npyOf(row(0)), people.stranger.token)).json()).code).toBe("not-verified");
    const over = await askable(linear(), { answers: "labels", budget: 9 }, { closes: "2021-01-01T00:00:00Z" });
    expect((await (await ask(over, npyOf(row(0)))).json()).code).toBe("closed");
    expect((await ask("nothing", npyOf(row(0)))).status).toBe(404);
  });
});

test("the model is for its author and the organizers alone", async () => {
  const id = await askable(linear(), { answers: "labels", budget: 100 });
  const { api } = await import("./api.ts");
  const status = async (headers = {}) => (await api.request(`/api/v1/defenses/${id}/model.onnx`, { headers })).status;
  const { member, other, organizer } = site.people;
  expect(await Promise.all([status(), status(member.token), status(other.token), status(organizer.token)])).toEqual([
    ...[403, 403, 200, 200],
  ]);
  await site.db.defense.update({ where: { id }, data: { origin: "baseline" } });
  expect(await status()).toBe(403);
});

test("without an evaluator nothing is charged, and a new one answers again", async () => {
  const id = await askable(linear(), { answers: "labels", budget: 100 });
  await evaluator.end("SIGKILL");
  const refused = await ask(id, npyOf(row(0)));
  expect([refused.status, (await refused.json()).code]).toEqual([503, "no-evaluator"]);
  expect(refused.headers.get("retry-after")).toBe("5");
  expect(await spent(id)).toBe(0);
  evaluator = await start();
  await expect.poll(async () => (await ask(id, npyOf(row(0)))).status, { timeout: 20_000 }).toBe(200);
  expect(await spent(id)).toBe(1);
}, 60_000);
