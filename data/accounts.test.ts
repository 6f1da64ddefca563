import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openSite, PASSWORD, type Site } from "#data/testing/site.ts";

let site: Site;
let accounts: typeof import("#data/accounts.ts");
let session: typeof import("#data/session.ts");
beforeAll(async () => {
  site = await openSite();
  accounts = await import("#data/accounts.ts");
  session = await import("#data/session.ts");
});
afterAll(() => site.close());
beforeEach(() => site.db.rateLimiterFlexible.deleteMany().then(() => {}));

const viewerBy = async (cookie: string) => {
  const outcome = await session.viewerOfRequest(new Request("http://site/", { headers: { cookie } }));
  return outcome.ok ? outcome.caller.viewer : null;
};

test("signs in by any spelling of the address, and by the right password alone", async () => {
  const signIn = (email: string, password: string) => accounts.signIn({ email, password }, "10.0.0.1");
  expect((await signIn(" Member@Example.ORG", PASSWORD)).ok).toBe(true);
  expect((await signIn("member@example.org", `${PASSWORD} `)).ok).toBe(false);
  expect((await signIn("member\uff20example.org", PASSWORD)).ok).toBe(false);
});

test("a wrong password and an unknown address are answered in the same words", async () => {
  const wrong = await accounts.signIn({ email: "member@example.org", password: "x" }, "10.0.0.1");
  const unknown = await accounts.signIn({ email: "nobody@example.org", password: "x" }, "10.0.0.1");
  const none = await accounts.signIn({ email: "no address", password: "x" }, "10.0.0.1");
  expect(unknown).toEqual(wrong);
  expect(none).toEqual(wrong);
});

test("signing up with an address that has an account is answered alike, and changes nothing", async () => {
  const form = { name: "Somebody", email: "member@example.org", password: "another password" };
  const before = await site.db.person.findUniqueOrThrow({ where: { email: form.email } });
  const taken = await accounts.signUp(form, "10.0.0.1");
  const free = await accounts.signUp({ ...form, email: "fresh@example.org" }, "10.0.0.1");
  expect(taken).toEqual(free);
  expect(await site.db.person.findUniqueOrThrow({ where: { email: form.email } })).toEqual(before);
  const fresh = await site.db.person.findUniqueOrThrow({ where: { email: "fresh@example.org" } });
  expect(fresh).toMatchObject({ role: "member", emailVerifiedAt: null, approvedAt: null });
  expect(fresh.passwordHash).toMatch(/^\$argon2id\$/);
});

test("passwords are guessed a few times, then no more, from whichever address", async () => {
  const guess = (i: number) => accounts.signIn({ email: "other@example.org", password: `guess ${i}` }, `10.0.1.${i}`);
  const answers = [];
  for (let i = 0; i < 17; i++) answers.push(await guess(i));
  expect(answers.map((answer) => !answer.ok && answer.status)).toEqual([...Array(15).fill(401), 429, 429]);
  expect(answers[16]).toMatchObject({ retryAfter: expect.any(Number) });
});

test("a session ends when its version is raised, when its person is suspended, and when a byte of it is changed", async () => {
  const { cookie } = site.people.stranger.session;
  expect(await viewerBy(cookie)).toMatchObject({ handle: "stranger" });
  expect(await viewerBy(`${cookie.slice(0, -3)}AAA`)).toBeNull();
  const { id } = site.people.stranger;
  await site.db.person.update({ where: { id }, data: { suspendedAt: new Date() } });
  expect(await viewerBy(cookie)).toBeNull();
  await site.db.person.update({ where: { id }, data: { suspendedAt: null } });
  expect(await viewerBy(cookie)).not.toBeNull();
  await accounts.signOutEverywhere({ id, handle: "", name: "", role: "member", verified: true });
  expect(await viewerBy(cookie)).toBeNull();
});

test("a new password needs the old one, and ends every session", async () => {
  const { id, session: own } = site.people.other;
  const viewer = { id, handle: "other", name: "other", role: "member" as const, verified: true };
  expect((await accounts.changePassword(viewer, "wrong", "a new password")).ok).toBe(false);
  expect((await accounts.changePassword(viewer, PASSWORD, "short")).ok).toBe(false);
  expect((await accounts.changePassword(viewer, PASSWORD, "a new password")).ok).toBe(true);
  expect(await viewerBy(own.cookie)).toBeNull();
  expect((await accounts.signIn({ email: "other@example.org", password: "a new password" }, "10.0.0.1")).ok).toBe(true);
});

test("a link from a mail works once, for its purpose, in its time; a reset ends sessions and tokens", async () => {
  const { makeMailLink } = await import("#data/mail-links.ts");
  const { viewerOfToken } = await import("#data/tokens.ts");
  const { id, token, session: own } = site.people.organizer;
  const keyOf = (link: string) => new URL(link).searchParams.get("key")!;
  const key = keyOf(await makeMailLink(id, "reset"));
  expect((await accounts.verifyEmail(key)).ok).toBe(false);
  expect((await accounts.resetPassword(key, "short")).ok).toBe(false);
  expect((await accounts.resetPassword(key, "a new password")).ok).toBe(true);
  expect((await accounts.resetPassword(key, "a new password")).ok).toBe(false);
  expect(await viewerBy(own.cookie)).toBeNull();
  expect(await viewerOfToken(token.authorization.slice(7))).toBeNull();
  const late = keyOf(await makeMailLink(id, "verify"));
  await site.db.mailToken.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
  expect((await accounts.verifyEmail(late)).ok).toBe(false);
  expect(JSON.stringify(await site.db.mailToken.findMany())).not.toContain(key);
});
