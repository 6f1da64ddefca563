import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";
import { provide } from "#env.ts";
import { noS3Server, type S3Server, startS3Server } from "#store/testing/s3-server.ts";

describe.skipIf(noS3Server !== null)(`models in a bucket${noS3Server ? ` (${noS3Server})` : ""}`, () => {
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-downloads-"));
  const model = new TextEncoder().encode("a canonical model");
  let server: S3Server;
  let site: Site;
  let get: (headers?: Record<string, string>) => Promise<Response>;
  beforeAll(async () => {
    server = await startS3Server(folder);
    provide({ ...server.variables, ARTIFACT_DOWNLOADS: "bucket" });
    site = await openSite();
    const { sha256: modelSha } = await site.putBytes(model);
    const challenge = await addChallenge(site.db, site.people.organizer.id, 10);
    await site.db.challenge.update({ where: { id: challenge.id }, data: { revealsAt: new Date("2100-01-01") } });
    const { id } = await addDefense(site.db, challenge, site.people.other.id, 7, { modelSha });
    const { api } = await import("./api.ts");
    get = async (headers = {}) => api.request(`/api/v1/defenses/${id}/model.onnx`, { headers });
  });
  afterAll(async () => {
    await site?.close();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("are downloaded from it, by an address that nobody but whoever may have the model is given", async () => {
    const answer = await get(site.people.other.token);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([302, "private, no-store"]);
    const sent = await fetch(answer.headers.get("location")!);
    expect(new Uint8Array(await sent.arrayBuffer())).toEqual(model);
    expect(sent.headers.get("content-disposition")).toMatch(/^attachment; filename="\w+\.onnx"$/);
    const refused = await get(site.people.member.token);
    expect([refused.status, refused.headers.get("location")]).toEqual([403, null]);
  });

  test("are not sent again to whoever has them", async () => {
    const etag = `"${createHash("sha256").update(model).digest("hex")}"`;
    expect((await get({ ...site.people.other.token, "if-none-match": etag })).status).toBe(304);
  });
});
