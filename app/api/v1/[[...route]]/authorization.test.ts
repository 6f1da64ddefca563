import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PEER_HEADER } from "#data/client-address.ts";
import { CHALLENGE, ORIGIN, openSite, ROLES, type RoleName, type Site } from "#data/testing/site.ts";

/**
 * Every route of the API by everybody: who gets which status. A route that stands in no line fails the last test, so
 * that nobody adds one without saying who may use it.
 */

type Who = "nobody" | RoleName;
const EVERYBODY: Who[] = ["nobody", ...ROLES];
const OWN: Who[] = ["member", "organizer", "admin"];

interface Line {
  route: string;
  path: string;
  /** The status for those who may, and who they are. */
  granted: number;
  to: Who[];
  /** The status for the others. */
  denied?: number;
}

const TABLE: Line[] = [
  { route: "GET /health", path: "/health", granted: 503, to: EVERYBODY },
  { route: "GET /metrics", path: "/metrics", granted: 200, to: ["admin"], denied: 403 },
  { route: "GET /openapi.json", path: "/openapi.json", granted: 200, to: EVERYBODY },
  { route: "GET /search", path: "/search?q=tiny", granted: 200, to: EVERYBODY },
  { route: "GET /challenges", path: "/challenges", granted: 200, to: EVERYBODY },
  { route: "GET /challenges/:slug", path: "/challenges/tiny", granted: 200, to: EVERYBODY },
  { route: "GET /challenges/:slug/points.npz", path: "/challenges/tiny/points.npz", granted: 200, to: EVERYBODY },
  {
    route: "GET /challenges/:slug/boards/defenses",
    path: "/challenges/tiny/boards/defenses",
    granted: 200,
    to: EVERYBODY,
  },
  {
    route: "GET /challenges/:slug/boards/attacks",
    path: "/challenges/tiny/boards/attacks",
    granted: 200,
    to: EVERYBODY,
  },
  { route: "GET /challenges/:slug/matrix", path: "/challenges/tiny/matrix", granted: 200, to: EVERYBODY },
  {
    route: "POST /challenges/:slug/defenses",
    path: "/challenges/tiny/defenses",
    granted: 415,
    to: [...ROLES],
    denied: 401,
  },
  {
    route: "POST /challenges/:slug/attacks",
    path: "/challenges/tiny/attacks",
    granted: 415,
    to: [...ROLES],
    denied: 401,
  },
  { route: "GET /submissions/:id", path: "/submissions/waiting", granted: 200, to: OWN, denied: 404 },
  { route: "GET /submissions/:id", path: "/submissions/refused", granted: 200, to: OWN, denied: 404 },
  { route: "GET /submissions/:id", path: "/submissions/scored", granted: 200, to: EVERYBODY },
  { route: "GET /submissions/:id/events", path: "/submissions/refused/events", granted: 200, to: OWN, denied: 404 },
  { route: "GET /submissions/:id/events", path: "/submissions/scored/events", granted: 200, to: EVERYBODY },
  { route: "GET /defenses/:id", path: "/defenses/scored", granted: 200, to: EVERYBODY },
  { route: "GET /defenses/:id/history", path: "/defenses/scored/history", granted: 200, to: EVERYBODY },
  { route: "GET /defenses/:id/model.onnx", path: "/defenses/scored/model.onnx", granted: 200, to: EVERYBODY },
  { route: "GET /evaluations/:id", path: "/evaluations/1", granted: 200, to: EVERYBODY },
  { route: "GET /evaluations/:id", path: "/evaluations/3", granted: 404, to: EVERYBODY },
  { route: "GET /evaluations/:id/receipt", path: "/evaluations/1/receipt", granted: 200, to: EVERYBODY },
  { route: "GET /evaluations/:id/examples.npz", path: "/evaluations/1/examples.npz", granted: 404, to: EVERYBODY },
  {
    route: "GET /evaluations/:id/examples.npz",
    path: "/evaluations/2/examples.npz",
    granted: 200,
    to: OWN,
    denied: 403,
  },
  {
    route: "GET /defenses/:id/examples.npz",
    path: "/defenses/scored/examples.npz",
    granted: 200,
    to: OWN,
    denied: 403,
  },
  { route: "GET /defenses/:id/model.onnx", path: "/defenses/hidden/model.onnx", granted: 200, to: OWN, denied: 403 },
  { route: "GET /defenses/:id/model.onnx", path: "/defenses/asked/model.onnx", granted: 200, to: OWN, denied: 403 },
  { route: "GET /defenses/:id/queries", path: "/defenses/asked/queries", granted: 200, to: EVERYBODY },
  { route: "GET /defenses/:id/queries", path: "/defenses/scored/queries", granted: 404, to: EVERYBODY },
  { route: "POST /defenses/:id/queries", path: "/defenses/asked/queries", granted: 422, to: [...ROLES], denied: 401 },
];

let site: Site;
let api: typeof import("./api.ts")["api"];

beforeAll(async () => {
  site = await openSite();
  ({ api } = await import("./api.ts"));
  const { db, challenge, people } = site;
  const secret = await db.challenge.create({
    data: {
      ...challenge,
      id: "secret",
      slug: "secret",
      config: challenge.config!,
      revealsAt: new Date(Date.now() + 1e9),
    },
  });
  const { threatModel } = CHALLENGE;
  const queries = { threatModel: { ...threatModel, access: "query" }, queries: { answers: "labels", budget: 10 } };
  const asked = await db.challenge.create({
    data: { ...challenge, id: "asked", slug: "asked", config: { ...(challenge.config as object), ...queries } },
  });
  const submission = (id: string, state: "queued" | "rejected" | "scored", challengeId = challenge.id) =>
    db.submission.create({
      data: {
        ...{ id, state, kind: "defense", name: id, form: {}, challengeId, personId: people.member.id },
        ...{ uploadSha: "0".repeat(64), uploadName: "a.onnx", uploadBytes: 1, attempt: "refunded" },
      },
    });
  const defense = async (id: string, challengeId: string) => {
    await submission(id, "scored", challengeId);
    const { sha256 } = await site.putBytes(new TextEncoder().encode(id));
    const data = { id, challengeId, personId: people.member.id, name: id, claim: 0.5, facts: {}, modelSha: sha256 };
    await db.defense.create({ data: { ...data, receivedAt: new Date() } });
  };
  await submission("waiting", "queued");
  await submission("refused", "rejected");
  await defense("scored", challenge.id);
  await defense("hidden", secret.id);
  await defense("asked", asked.id);
  const { addEvaluation } = await import("#data/testing/entries.ts");
  const evaluation = await addEvaluation(db, challenge, null, "scored", [1]);
  expect(evaluation.id).toBe(1n);
  const { sha256: examplesSha } = await site.putBytes(new Uint8Array(64));
  const { id: _, distances: __, detail: ___, ...copied } = evaluation;
  await db.evaluation.create({ data: { ...copied, kind: "house", subject: "quick/pgd", examplesSha } });
});
afterAll(() => site.close());

let requests = 0;
async function status({ route, path }: Line, headers: Record<string, string>): Promise<number> {
  const gone = new AbortController();
  const method = route.split(" ")[0]!;
  const body = method === "POST" ? "x" : undefined;
  // Each from an address of its own, so that the limits on wrong tokens stay out of this.
  const sent = { ...headers, [PEER_HEADER]: `10.0.${++requests >> 8}.${requests & 255}` };
  const answer = await api.request(`/api/v1${path}`, { method, headers: sent, body, signal: gone.signal });
  await answer.text();
  gone.abort();
  return answer.status;
}

describe.each(TABLE)("$route ($path)", (line) => {
  const expected = (who: Who) => (line.to.includes(who) ? line.granted : line.denied);

  test("by token", async () => {
    for (const who of EVERYBODY)
      expect([who, await status(line, who === "nobody" ? {} : site.people[who].token)]).toEqual([who, expected(who)]);
  });

  test("by session from a page of ours", async () => {
    for (const who of ROLES)
      expect([who, await status(line, { ...site.people[who].session, origin: ORIGIN })]).toEqual([who, expected(who)]);
  });

  test("not with a token that is wrong, expired, revoked, of a suspended person, or without the scope", async () => {
    for (const authorization of await deadTokens(site)) expect(await status(line, { authorization })).toBe(401);
    const scopes = line.route.startsWith("POST") ? ["read"] : ["submit"];
    const weak = await tokenWith(site, scopes as ["read"]);
    expect(await status(line, { authorization: weak })).toBe(403);
  });
});

describe.each(TABLE.filter(({ route }) => route.startsWith("POST")))("$route", (line) => {
  test("not by session from elsewhere, or from nowhere", async () => {
    const foreign: Record<string, string>[] = [{ origin: "https://evil.example" }, { origin: "null" }, {}];
    for (const headers of [...foreign, { origin: ORIGIN, "sec-fetch-site": "cross-site" }])
      expect(await status(line, { ...site.people.member.session, ...headers })).toBe(403);
  });
});

test("every route of the API stands in the table", () => {
  const routes = api.routes
    .filter(({ method, path }) => method !== "ALL" && !path.endsWith("*"))
    .map(({ method, path }) => `${method} ${path.replace("/api/v1", "")}`);
  expect([...new Set(routes)].filter((route) => !TABLE.some((line) => line.route === route))).toEqual([]);
  expect(routes.length).toBeGreaterThan(10);
});

test("every route of the API is in its OpenAPI document, and no other", async () => {
  const document = (await (await api.request("/api/v1/openapi.json")).json()) as { paths: Record<string, object> };
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(
      (method) => `${method.toUpperCase()} ${path.replace("/api/v1", "").replaceAll(/\{(\w+)\}/g, ":$1")}`,
    ),
  );
  const lines = TABLE.map(({ route }) => route).filter((route) => route !== "GET /openapi.json");
  expect(documented.sort()).toEqual([...new Set(lines)].sort());
});

async function tokenWith({ db, people }: Site, scopes: ("read" | "submit")[]): Promise<string> {
  // Nobody has more than fifty.
  await db.apiToken.deleteMany({ where: { personId: people.admin.id, name: { in: ["weak", "dead"] } } });
  const { createToken } = await import("#data/tokens.ts");
  return `Bearer ${await createToken(people.admin.id, { name: "weak", scopes, days: 1 })}`;
}

async function deadTokens({ db, people }: Site): Promise<string[]> {
  const { newToken, tokenHash } = await import("#data/tokens.ts");
  const [expired, revoked, suspended] = [newToken(), newToken(), newToken()];
  const past = new Date(Date.now() - 1000);
  const row = (token: string, personId: string, more: object) =>
    db.apiToken.create({
      data: { personId, name: "dead", prefix: "gtl_", hash: tokenHash(token), scopes: ["read", "submit"], ...more },
    });
  const { id } = await db.person.upsert({
    where: { handle: "gone" },
    create: { handle: "gone", name: "Gone", email: "gone@example.org", role: "admin", suspendedAt: past },
    update: {},
  });
  await row(expired, people.admin.id, { expiresAt: past });
  await row(revoked, people.admin.id, { revokedAt: past });
  await row(suspended, id, {});
  const good = people.admin.token.authorization;
  return [newToken(), expired, revoked, suspended, "gtl_x", ""]
    .map((token) => `Bearer ${token}`)
    .concat(good.slice(7), `${good}x`);
}
