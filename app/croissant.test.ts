import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSite, type Site } from "#data/testing/site.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

async function ask(slug: string, headers = {}): Promise<Response> {
  const { GET } = await import("./challenges/[slug]/croissant.json/route.ts");
  return GET(new Request("http://127.0.0.1:3000/", { headers }), { params: Promise.resolve({ slug }) });
}

test("the file that it names has the size and the hash that it says", async () => {
  const read = await (await ask("tiny")).json();
  const [file] = read.distribution;
  const path = file.contentUrl.replace("http://127.0.0.1:3000", "");
  const { api } = await import("./api/v1/[[...route]]/api.ts");
  const bytes = new Uint8Array(await (await api.request(path)).arrayBuffer());
  expect(file.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(file.contentSize).toBe(`${bytes.length} B`);
  expect(file.description).toContain("float32 [4, 1, 2, 2]");
});

test("it has every class, and nobody's address", async () => {
  const text = await (await ask("tiny")).text();
  const read = JSON.parse(text);
  expect(read.recordSet[0].data).toEqual([
    { "classes/label": 0, "classes/name": "a" },
    { "classes/label": 1, "classes/name": "b" },
  ]);
  expect(text).not.toContain("@example.org");
});

test("who has it already is told so; what does not exist is not described", async () => {
  const etag = (await ask("tiny")).headers.get("etag")!;
  expect((await ask("tiny", { "if-none-match": etag })).status).toBe(304);
  expect((await ask("none")).status).toBe(404);
});
