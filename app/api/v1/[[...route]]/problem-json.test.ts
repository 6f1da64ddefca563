import { afterAll, beforeAll, expect, test } from "vitest";
import { openSite, type Site } from "#data/testing/site.ts";
import { ProblemDocument } from "./problem-json.ts";

let site: Site;
let api: typeof import("./api.ts")["api"];
beforeAll(async () => {
  site = await openSite();
  ({ api } = await import("./api.ts"));
});
afterAll(() => site.close());

test.each([
  ["an address that is not there", "/nothing", {}, 404, "no-such-address"],
  ["a challenge that is not there", "/challenges/none", {}, 404, "not-found"],
  ["a parameter that is not understood", "/challenges/tiny/boards/defenses?page=x", {}, 400, "bad-parameter"],
  ["a parameter without bounds", `/challenges/tiny/boards/defenses?sort=${"x".repeat(99)}`, {}, 422, "bad-field"],
  ["a wrong token", "/challenges", { authorization: "Bearer gtl_x" }, 401, "bad-token"],
  ["metrics for a stranger", "/metrics", {}, 403, "admins-only"],
] as const)(
  "%s is problem+json with a stable code and the request's id",
  async (_name, path, headers, status, code) => {
    const answer = await api.request(`/api/v1${path}`, { headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    const body = ProblemDocument.parse(await answer.json());
    expect(body).toMatchObject({ status, code, type: `urn:gauntlet:problem:${code}` });
    expect(body.instance).toBe(`urn:gauntlet:request:${answer.headers.get("x-request-id")}`);
  },
);

test("a fault of ours is a 500 that tells nothing but a reference", async () => {
  const { db } = site;
  await db.$executeRaw`ALTER TABLE "Defense" RENAME TO "Gone"`;
  const answer = await api.request("/api/v1/defenses/any");
  await db.$executeRaw`ALTER TABLE "Gone" RENAME TO "Defense"`;
  expect(answer.status).toBe(500);
  const body = await answer.text();
  expect(JSON.parse(body).code).toBe("internal");
  expect(body).not.toMatch(/Defense|prisma|select/i);
});

test("public reads are open to scripts of other sites, carry an ETag, and are 304 when it is sent back", async () => {
  for (const path of ["/challenges", "/challenges/tiny", "/challenges/tiny/points.npz", "/challenges/tiny/matrix"]) {
    const first = await api.request(`/api/v1${path}`);
    expect(first.headers.get("access-control-allow-origin")).toBe("*");
    const etag = first.headers.get("etag");
    expect(etag).toMatch(/^(W\/)?"/);
    const again = await api.request(`/api/v1${path}`, { headers: { "if-none-match": etag! } });
    expect([path, again.status]).toEqual([path, 304]);
  }
});

test("a POST is not open to scripts of other sites", async () => {
  const answer = await api.request("/api/v1/challenges/tiny/attacks", { method: "POST" });
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
});
