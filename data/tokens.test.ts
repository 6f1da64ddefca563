import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSite, type Site } from "#data/testing/site.ts";
import * as tokens from "#data/tokens.ts";
import type { Viewer } from "#data/viewer.ts";

let site: Site;
let viewer: Viewer;
beforeAll(async () => {
  site = await openSite();
  viewer = { id: site.people.member.id, handle: "member", name: "member", role: "member", verified: true };
});
afterAll(() => site.close());

const FORM = { name: "laptop", scopes: ["read" as const], days: 1 };

test("a token is never stored: only its keyed hash, and its first characters", async () => {
  const token = (await tokens.createToken(viewer.id, FORM))!;
  const rows = JSON.stringify(await site.db.apiToken.findMany());
  expect(rows).not.toContain(token);
  expect(rows).not.toContain(token.slice(0, 12));
  const { createHash } = await import("node:crypto");
  expect(rows).not.toContain(createHash("sha256").update(token).digest("hex"));
  expect(rows).toContain(tokens.tokenHash(token));
});

test("a token that anybody mistypes is no token", () => {
  const token = tokens.newToken();
  expect(tokens.looksLikeToken(token)).toBe(true);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.stringMatching(/^[0-9A-Za-z]$/), (at, letter) => {
      const other = token.slice(0, at) + letter + token.slice(at + 1);
      expect(tokens.looksLikeToken(other)).toBe(other === token);
    }),
  );
  expect(new Set(Array.from({ length: 1000 }, tokens.newToken)).size).toBe(1000);
});

test("a revoked token stops working at once; nobody revokes another's", async () => {
  const token = (await tokens.createToken(viewer.id, { ...FORM, name: "to revoke" }))!;
  expect((await tokens.viewerOfToken(token))?.scopes).toEqual(["read"]);
  const { id } = (await tokens.listTokens(viewer)).find(({ name }) => name === "to revoke")!;
  expect(await tokens.revokeToken({ ...viewer, id: site.people.other.id }, id)).toBe(false);
  expect(await tokens.viewerOfToken(token)).not.toBeNull();
  expect(await tokens.revokeToken(viewer, id)).toBe(true);
  expect(await tokens.viewerOfToken(token)).toBeNull();
});

test("use is noted, at most once a minute", async () => {
  const token = (await tokens.createToken(viewer.id, { ...FORM, name: "used" }))!;
  const used = async () => (await tokens.listTokens(viewer)).find(({ name }) => name === "used")!.lastUsedAt;
  expect(await used()).toBeNull();
  await tokens.viewerOfToken(token);
  const first = await used();
  expect(first).not.toBeNull();
  await tokens.viewerOfToken(token);
  expect(await used()).toEqual(first);
});

test("the server's own command makes the account where there is none, and one account an address", async () => {
  const first = await tokens.issueToken("New.Person@Example.org");
  const second = await tokens.issueToken("new.person@example.org");
  expect([first.created, second.created]).toEqual([true, false]);
  expect(second.handle).toBe(first.handle);
  expect((await tokens.viewerOfToken(second.token))?.viewer).toMatchObject({ handle: first.handle, verified: true });
  await expect(tokens.issueToken("no address")).rejects.toThrow("not an e-mail address");
});
