import { afterAll, beforeAll, expect, test } from "vitest";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
let api: typeof import("./api.ts")["api"];
let slug: string;
let defense: string;
beforeAll(async () => {
  site = await openSite();
  ({ api } = await import("./api.ts"));
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10, { defenses: 25 });
  defense = (await addDefense(db, challenge, people.other.id, 10)).id;
  slug = challenge.slug;
});
afterAll(() => site.close());

const send = (path: string, init?: RequestInit) => api.request(`/api/v1${path}`, init);

test("every answer says where its limit stands, errors too, and each request takes one", async () => {
  const [first, second] = [await send("/challenges"), await send("/nothing")];
  for (const { headers } of [first, second]) expect(headers.get("ratelimit-policy")).toBe('"reads";q=3000;w=60');
  const left = [first, second].map(({ headers }) => /^"reads";r=(\d+);t=\d+$/.exec(headers.get("ratelimit")!)?.[1]);
  expect(Number(left[0]) - Number(left[1])).toBe(1);
  const { token } = site.people.member;
  const asked = await send(`/defenses/${defense}/queries`, { method: "POST", headers: token });
  expect(asked.headers.get("ratelimit-policy")).toBe('"queries";q=60000;w=60');
});

test("an address says which methods it takes; one that is not there takes none", async () => {
  const wrong = await send(`/defenses/${defense}/queries`, { method: "DELETE" });
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST, GET, HEAD, OPTIONS"]);
  expect(await wrong.json()).toMatchObject({ code: "no-such-method", problems: [{ found: "DELETE" }] });
  expect((await send("/challenges", { method: "POST" })).headers.get("allow")).toBe("GET, HEAD, OPTIONS");
  expect((await send("/nothing", { method: "POST" })).status).toBe(404);
});

test("HEAD answers as GET does, without the body", async () => {
  const [head, get] = [await send("/challenges/tiny", { method: "HEAD" }), await send("/challenges/tiny")];
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect(head.headers.get("etag")).toBe(get.headers.get("etag"));
});

test("what is read again and has not changed is 304", async () => {
  const paths = ["/challenges/tiny", `/defenses/${defense}`, `/submissions/${defense}`, "/openapi.json"];
  for (const path of [...paths, `/challenges/${slug}/boards/defenses`]) {
    const first = await send(path);
    expect([path, first.status]).toEqual([path, 200]);
    const again = await send(path, { headers: { "if-none-match": first.headers.get("etag")! } });
    expect([path, again.status, await again.text()]).toEqual([path, 304, ""]);
  }
});

test("a board's pages lead to each other, and keep what was asked", async () => {
  const path = `/api/v1/challenges/${slug}/boards/defenses`;
  const read = async (page: number) =>
    (await api.request(`${path}?size=10&page=${page}&sort=name`)).headers.get("link");
  const to = (page: number, rel: string) => `<${path}?size=10&page=${page}&sort=name>; rel="${rel}"`;
  expect(await read(1)).toBe(to(2, "next"));
  expect(await read(2)).toBe(`${to(1, "prev")}, ${to(3, "next")}`);
  expect(await read(3)).toBe(to(2, "prev"));
});

test("scripts of any site may read, and see the headers that matter", async () => {
  const { headers } = await send("/challenges", { headers: { origin: "https://elsewhere.example" } });
  expect(headers.get("access-control-allow-origin")).toBe("*");
  expect(headers.get("access-control-expose-headers")).toMatch(/link.*ratelimit/);
  const preflight = await send("/challenges", { method: "OPTIONS" });
  expect([preflight.status, preflight.headers.get("access-control-allow-methods")]).toEqual([204, "GET, HEAD"]);
});

test("the document tells of every operation what it may answer to anybody", async () => {
  const document = await (await send("/openapi.json")).json();
  for (const item of Object.values<Record<string, { responses: object; summary?: string }>>(document.paths))
    for (const { responses, summary } of Object.values(item)) {
      expect(summary).toBeTruthy();
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(["401", "403", "429", "500"]));
    }
});
