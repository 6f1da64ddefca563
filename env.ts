import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { z } from "zod";

/**
 * Every environment variable that Gauntlet knows, parsed once. Nothing else reads `process.env`.
 * A variable that is set to the empty string counts as not set.
 */

const megabytes = z.coerce.number().int().min(1).max(65_536);
const url = (protocols: RegExp) => z.url({ protocol: protocols });
const hex = z
  .string()
  .regex(/^[0-9a-f]{64,}$/, "at least 64 hexadecimal digits, for instance from `openssl rand -hex 32`");

/** IPv4 or IPv6 addresses or CIDR blocks, separated by commas. */
const addresses = z
  .string()
  .transform((text) => text.split(",").map((part) => part.trim()))
  .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])));

const shape = z.object({
  /** TCP port of the site. */
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  /** Address that the site listens on; 127.0.0.1 unless a reverse proxy stands elsewhere. */
  HOST: z.union([z.ipv4(), z.ipv6(), z.literal("localhost")]).default("127.0.0.1"),
  /** Where people reach the site, without a slash at the end; default http://HOST:PORT. */
  SITE_URL: url(/^https?$/)
    .transform((value) => value.replace(/\/+$/, ""))
    .optional(),
  /** PostgreSQL 15 or later; without it `npm start` runs its own server. */
  DATABASE_URL: url(/^postgres(ql)?$/).optional(),
  /** Folder of everything that lasts: database, artifacts, secrets. Relative to the checkout. */
  GAUNTLET_STATE: z.string().default(".gauntlet"),
  /** Secret of the installation: seeds of holdouts and of randomised models, token pepper, session key. */
  GAUNTLET_SECRET: hex.optional(),
  /** Key that signs sessions; derived from GAUNTLET_SECRET when not set. */
  NEXTAUTH_SECRET: z.string().min(32).optional(),
  /** next-auth's own name for SITE_URL; the same unless a proxy rewrites paths. */
  NEXTAUTH_URL: url(/^https?$/).optional(),
  /** OAuth app at GitHub; sign-in with GitHub appears when both are set. */
  GITHUB_ID: z.string().optional(),
  GITHUB_SECRET: z.string().optional(),
  /** Mail server; without it an organizer approves people instead of their mail box. */
  SMTP_URL: url(/^smtps?$/).optional(),
  /** Sender of mails, `Name <address>` or an address. */
  MAIL_FROM: z
    .string()
    .regex(/^[^<>]+@[^<>]+$|^[^<>]*<[^<>\s]+@[^<>\s]+>$/, "an address, or `Name <address>`")
    .optional(),
  /** Least severe level that is logged. */
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  /** Bucket of an S3-compatible store for artifacts; without it they lie in the state folder. */
  ARTIFACT_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket's name: 3 to 63 of a-z, 0-9, dot and hyphen")
    .optional(),
  /** What a site or an evaluator may keep of a bucket's artifacts in its state folder, in MiB. */
  ARTIFACT_CACHE_MIB: z.coerce.number().int().min(1).max(16_777_216).default(10_240),
  /** Who sends models to people: the site, or the bucket itself, by addresses that are signed for five minutes. */
  ARTIFACT_DOWNLOADS: z.enum(["site", "bucket"]).default("site"),
  /** Address of the store, where it is not Amazon's; with ARTIFACT_DOWNLOADS=bucket people's browsers must reach it too. */
  S3_ENDPOINT: url(/^https?$/).optional(),
  S3_REGION: z.string().default("us-east-1"),
  /** Key of the store; without both, what the AWS client finds (instance role, web identity, ~/.aws). */
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** Sandboxes that one evaluator runs at once. */
  EVALUATOR_SLOTS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(() => Math.min(availableParallelism(), 8)),
  /** Address on which this evaluator answers queries for the site: the loopback's, or this machine's on a private network. */
  EVALUATOR_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]{1,253}$/, "an IP address or a host name")
    .default("127.0.0.1"),
  /** Its TCP port; 0 takes any that is free, and the site finds it in the database. */
  EVALUATOR_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** Models that one evaluator keeps loaded for queries, each in a sandbox beside those of EVALUATOR_SLOTS. */
  QUERY_SLOTS: z.coerce.number().int().min(1).max(64).default(4),
  /**
   * What house attacks search on: `webgpu` (through Vulkan) or `cuda` where the ONNX Runtime at hand has it, `auto` for an
   * accelerator if there is one. Verdicts are made on the CPU, always.
   */
  EXECUTION_PROVIDER: z.enum(["auto", "cpu", "webgpu", "cuda"]).default("cpu"),
  /** Manifests of Vulkan drivers, by the Vulkan loader's own name; default: those that are installed. */
  VK_DRIVER_FILES: z.string().optional(),
  /** Font files, separated by colons, for what previews of pages have no letters for: Chinese, Japanese, Korean and more. */
  PREVIEW_FONTS: z
    .string()
    .transform((text) => text.split(":").filter((file) => file !== ""))
    .default([]),
  /** Proxies whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: addresses.default([]),
  /** Largest model that a participant may upload, in MiB. A challenge may ask for less. */
  UPLOAD_MODEL_MIB: megabytes.default(256),
  /** Largest file of adversarial examples, in MiB. A challenge may ask for less. */
  UPLOAD_EXAMPLES_MIB: megabytes.default(256),
  /** The site that the command line talks to, its API token, and where `login` keeps both. */
  GAUNTLET_URL: url(/^https?$/)
    .transform((value) => value.replace(/\/+$/, ""))
    .optional(),
  GAUNTLET_TOKEN: z.string().optional(),
  GAUNTLET_CREDENTIALS: z.string().optional(),
  /** Where a person's settings are kept, by the XDG base directory specification; default ~/.config. */
  XDG_CONFIG_HOME: z.string().optional(),
  /** The browser of the journeys; `npm run e2e` finds one. */
  CHROMIUM: z.string().optional(),
  /** The first admin of the installation that the journeys go through; set by `npm run e2e`. */
  E2E_EMAIL: z.string().optional(),
  E2E_PASSWORD: z.string().optional(),
  /** Where programs are looked up. */
  PATH: z.string().default("/usr/local/bin:/usr/bin:/bin"),
  /** Set by the tools that run us. */
  NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
});

/** What the rest of the code reads: every variable of the table above, parsed, plus what follows from them. */
export type Env = z.infer<typeof shape> & {
  /** Where people reach the site, no slash at the end. */
  siteUrl: string;
  /** Absolute path of the state folder. */
  stateFolder: string;
};

/** Variables whose values never appear in a message. */
const secret = new Set([
  "DATABASE_URL",
  "GAUNTLET_SECRET",
  "NEXTAUTH_SECRET",
  "GITHUB_SECRET",
  "SMTP_URL",
  "S3_SECRET_ACCESS_KEY",
  "E2E_PASSWORD",
  "GAUNTLET_TOKEN",
]);

/** A variable has a value that cannot be used; the message names every such variable, one a line. */
export class EnvError extends Error {
  override name = "EnvError";
}

/**
 * Reads the variables out of `source` (names as in the table above, all values strings).
 * `checkout` is the folder that a relative GAUNTLET_STATE starts from.
 * Throws EnvError naming each bad variable, what was expected and, unless it is a secret, what was found.
 */
export function parseEnv(source: Record<string, string | undefined>, checkout = process.cwd()): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = shape.safeParse(given);
  if (!parsed.success) throw new EnvError(parsed.error.issues.map((issue) => sentence(issue, given)).join("\n"));
  const env = parsed.data;
  if ((env.GITHUB_ID === undefined) !== (env.GITHUB_SECRET === undefined))
    throw new EnvError("GITHUB_ID and GITHUB_SECRET: expected both or none, found one.");
  if ((env.S3_ACCESS_KEY_ID === undefined) !== (env.S3_SECRET_ACCESS_KEY === undefined))
    throw new EnvError("S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY: expected both or none, found one.");
  if (env.ARTIFACT_DOWNLOADS === "bucket" && env.ARTIFACT_BUCKET === undefined)
    throw new EnvError("ARTIFACT_DOWNLOADS: expected site because ARTIFACT_BUCKET is not set, found bucket.");
  if (env.SMTP_URL !== undefined && env.MAIL_FROM === undefined)
    throw new EnvError("MAIL_FROM: expected the sender's address because SMTP_URL is set, found nothing.");
  const host = env.HOST.includes(":") ? `[${env.HOST}]` : env.HOST;
  return {
    ...env,
    siteUrl: env.SITE_URL ?? `http://${host}:${env.PORT}`,
    stateFolder: resolve(/*turbopackIgnore: true*/ checkout, env.GAUNTLET_STATE),
  };
}

function sentence(issue: z.core.$ZodIssue, given: Record<string, string | undefined>): string {
  const name = String(issue.path[0]);
  const value = given[name];
  const found =
    value === undefined
      ? "nothing"
      : secret.has(name)
        ? `${value.length} characters (not shown)`
        : JSON.stringify(value);
  return `${name}: expected ${expectation(name, issue)}, found ${found}.`;
}

const expectations: Record<string, string> = {
  PORT: "a port from 0 to 65535",
  HOST: "an IP address or localhost",
  SITE_URL: "an http or https address",
  NEXTAUTH_URL: "an http or https address",
  GAUNTLET_URL: "an http or https address",
  DATABASE_URL: "an address like postgresql://user:password@host:5432/database",
  SMTP_URL: "an address like smtps://user:password@host:465",
  NEXTAUTH_SECRET: "at least 32 characters",
  LOG_LEVEL: "one of fatal, error, warn, info, debug, trace, silent",
  ARTIFACT_CACHE_MIB: "a whole number of MiB from 1 to 16777216",
  ARTIFACT_DOWNLOADS: "site or bucket",
  S3_ENDPOINT: "an http or https address",
  EXECUTION_PROVIDER: "one of auto, cpu, webgpu, cuda",
  EVALUATOR_SLOTS: "a whole number from 1 to 64",
  EVALUATOR_HOST: "an IP address or a host name",
  EVALUATOR_PORT: "a port from 0 to 65535",
  QUERY_SLOTS: "a whole number from 1 to 64",
  TRUSTED_PROXIES: "IP addresses or CIDR blocks separated by commas",
  UPLOAD_MODEL_MIB: "a whole number of MiB from 1 to 65536",
  UPLOAD_EXAMPLES_MIB: "a whole number of MiB from 1 to 65536",
  NODE_ENV: "development, production or test",
};

function expectation(name: string, issue: z.core.$ZodIssue): string {
  return expectations[name] ?? issue.message;
}

/** The environment of this process. Reassigned by `provide` only, so import the binding and do not copy it at load time. */
export let env: Env = parseEnv(process.env);

/**
 * Sets variables for this process and the children it starts, and parses again. Only commands and tests call it,
 * before they import what reads `env`: they know the address of a database that nobody could have put in a variable.
 */
export function provide(values: Record<string, string>): void {
  Object.assign(process.env, values);
  env = parseEnv(process.env);
}

/** What a child process is started with: everything this one has, and `values` over it. */
export function childEnvironment(values: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { ...process.env, ...values };
}

/** The database's address. Throws EnvError when there is none: the site and the evaluator cannot work without. */
export function databaseUrl(): string {
  if (env.DATABASE_URL !== undefined) return env.DATABASE_URL;
  throw new EnvError(
    "DATABASE_URL: expected a PostgreSQL address, found nothing. `npm start` sets it for its own server.",
  );
}

/** The installation's secret as bytes (32 or more). Throws EnvError when there is none. */
export function installationSecret(): Buffer {
  if (env.GAUNTLET_SECRET !== undefined) return Buffer.from(env.GAUNTLET_SECRET, "hex");
  throw new EnvError("GAUNTLET_SECRET: expected at least 64 hexadecimal digits, found nothing. `npm start` makes one.");
}

const derived = new Map<string, KeyObject>();

/** A key of 32 bytes for one purpose, derived from the installation's secret (HKDF-SHA256). Throws EnvError when there is none. */
export function installationKey(purpose: string): KeyObject {
  const name = `${env.GAUNTLET_SECRET} ${purpose}`;
  const key =
    derived.get(name) ?? createSecretKey(Buffer.from(hkdfSync("sha256", installationSecret(), "", purpose, 32)));
  derived.set(name, key);
  return key;
}
