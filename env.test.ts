import { expect, test } from "vitest";
import { EnvError, parseEnv } from "#env.ts";

const parse = (source: Record<string, string>) => parseEnv(source, "/checkout");

test("nothing set: a site on 127.0.0.1:3000 with its state in the checkout", () => {
  const env = parse({});
  expect(env).toMatchObject({ PORT: 3000, HOST: "127.0.0.1", siteUrl: "http://127.0.0.1:3000" });
  expect(env.stateFolder).toBe("/checkout/.gauntlet");
  expect(env.EVALUATOR_SLOTS).toBeGreaterThanOrEqual(1);
  expect(env.EVALUATOR_SLOTS).toBeLessThanOrEqual(8);
});

test.each([
  [{ PORT: "8080" }, { PORT: 8080, siteUrl: "http://127.0.0.1:8080" }],
  [{ HOST: "::1" }, { siteUrl: "http://[::1]:3000" }],
  [{ SITE_URL: "https://gauntlet.example.org/" }, { siteUrl: "https://gauntlet.example.org" }],
  [{ GAUNTLET_STATE: "/var/lib/gauntlet" }, { stateFolder: "/var/lib/gauntlet" }],
  [{ GAUNTLET_STATE: "elsewhere" }, { stateFolder: "/checkout/elsewhere" }],
  [{ TRUSTED_PROXIES: "10.0.0.0/8, ::1" }, { TRUSTED_PROXIES: ["10.0.0.0/8", "::1"] }],
  [{ PORT: "", DATABASE_URL: "" }, { PORT: 3000 }],
  [
    { SMTP_URL: "smtp://localhost:25", MAIL_FROM: "Gauntlet <no-reply@example.org>" },
    { MAIL_FROM: "Gauntlet <no-reply@example.org>" },
  ],
])("%o is understood", (source, expected) => {
  expect(parse(source)).toMatchObject(expected);
});

test.each([
  [{ PORT: "http" }, /^PORT: expected a port from 0 to 65535, found "http"\.$/],
  [{ PORT: "70000" }, /^PORT: .*found "70000"/],
  [{ HOST: "example.org" }, /^HOST: expected an IP address or localhost, found "example.org"/],
  [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL: expected one of .*, found "loud"/],
  [{ EVALUATOR_SLOTS: "0" }, /^EVALUATOR_SLOTS: .*found "0"/],
  [{ SITE_URL: "gauntlet.example.org" }, /^SITE_URL: expected an http/],
  [{ MAIL_FROM: "no-reply" }, /^MAIL_FROM: .*found "no-reply"/],
  [{ SMTP_URL: "smtp://localhost" }, /^MAIL_FROM: .*SMTP_URL is set/],
  [{ GITHUB_ID: "id" }, /^GITHUB_ID and GITHUB_SECRET: expected both or none/],
  [{ ARTIFACT_BUCKET: "Not A Bucket" }, /^ARTIFACT_BUCKET: expected a bucket's name.*, found "Not A Bucket"/],
  [{ ARTIFACT_DOWNLOADS: "bucket" }, /^ARTIFACT_DOWNLOADS: expected site because ARTIFACT_BUCKET is not set/],
  [{ ARTIFACT_CACHE_MIB: "0" }, /^ARTIFACT_CACHE_MIB: expected a whole number of MiB .*found "0"/],
  [{ S3_ACCESS_KEY_ID: "id" }, /^S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY: expected both or none/],
  [{ S3_ENDPOINT: "store:9000" }, /^S3_ENDPOINT: expected an http or https address/],
  [{ UPLOAD_MODEL_MIB: "-1" }, /^UPLOAD_MODEL_MIB: /],
  [{ TRUSTED_PROXIES: "my-proxy" }, /^TRUSTED_PROXIES: .*found "my-proxy"/],
])("%o is refused with the variable's name", (source, message) => {
  expect(() => parse(source)).toThrow(EnvError);
  expect(() => parse(source)).toThrow(message);
});

test("every bad variable is named at once", () => {
  expect(() => parse({ PORT: "x", LOG_LEVEL: "y" })).toThrow(/PORT: .*\nLOG_LEVEL: /);
});

test.each(["DATABASE_URL", "GAUNTLET_SECRET", "NEXTAUTH_SECRET", "SMTP_URL"])("%s never shows in a message", (name) => {
  const value = "hunter2hunter2";
  expect(() => parse({ [name]: value })).toThrow(new RegExp(`^${name}: .*found 14 characters \\(not shown\\)\\.$`));
});
