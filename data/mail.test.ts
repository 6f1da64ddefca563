import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mailbox, openMailbox } from "#data/testing/mailbox.ts";
import { openSite, type Site } from "#data/testing/site.ts";
import { provide } from "#env.ts";

let site: Site;
let mailbox: Mailbox;
let accounts: typeof import("#data/accounts.ts");
beforeAll(async () => {
  mailbox = await openMailbox();
  provide({ SMTP_URL: mailbox.url, MAIL_FROM: "Gauntlet <site@example.org>" });
  site = await openSite();
  accounts = await import("#data/accounts.ts");
});
afterAll(async () => {
  mailbox.close();
  provide({ SMTP_URL: "", MAIL_FROM: "" });
  await site.close();
});

const keyIn = (mail: string, page: string) => new RegExp(`${page}\\?key=([\\w-]{43})`).exec(mail)![1]!;
const form = { name: "Ada", email: "ada@example.org", password: "a good password" };

test("a new person gets a link, and is verified by it and by nothing else", async () => {
  expect((await accounts.signUp(form, "10.0.0.1")).ok).toBe(true);
  const mail = await mailbox.next();
  expect(mail).toMatch(/^To: ada@example\.org$/m);
  const verified = async () =>
    (await site.db.person.findUniqueOrThrow({ where: { email: form.email } })).emailVerifiedAt;
  expect((await accounts.verifyEmail("0".repeat(43))).ok).toBe(false);
  expect(await verified()).toBeNull();
  expect((await accounts.verifyEmail(keyIn(mail, "/sign-up/verify"))).ok).toBe(true);
  expect(await verified()).not.toBeNull();
});

test("an address that has an account is told so by mail, where nobody else reads it", async () => {
  expect(await accounts.signUp({ ...form, password: "another password" }, "10.0.0.1")).toEqual({ ok: true });
  expect(await mailbox.next()).toMatch(/^Subject: You have an account already$/m);
});

test("a forgotten password is set anew by a link; an unknown address gets the same answer and no mail", async () => {
  expect(await accounts.requestReset("nobody@example.org", "10.0.0.1")).toEqual({ ok: true });
  expect(await accounts.requestReset(form.email, "10.0.0.1")).toEqual({ ok: true });
  const mail = await mailbox.next();
  expect(mail).toMatch(/^To: ada@example\.org$/m);
  expect((await accounts.resetPassword(keyIn(mail, "/sign-in/reset"), "the third password")).ok).toBe(true);
  expect((await accounts.signIn({ ...form, password: "the third password" }, "10.0.0.1")).ok).toBe(true);
  expect((await accounts.signIn(form, "10.0.0.1")).ok).toBe(false);
});

test("a line break in a name cannot write a header of the mail", async () => {
  const outcome = await accounts.signUp({ ...form, name: "A\r\nBcc: x@y.z", email: "b@example.org" }, "10.0.0.1");
  expect(outcome).toMatchObject({ ok: false, problems: [{ where: "name" }] });
});
