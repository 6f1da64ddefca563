import type { Problem } from "#contest/problem.ts";

const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * The one spelling of an e-mail address that accounts are kept under: NFKC, lower case, at most 254 characters (RFC
 * 5321), local part and domain in ASCII. Null when `text` is no such address. What NFKC would turn into an `@` is
 * refused before it can: a mail server and a database must never disagree about where the domain begins.
 */
export function emailAddress(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > 254 || trimmed.split("@").length !== 2) return null;
  const parts = trimmed.normalize("NFKC").toLowerCase().split("@");
  const [local, domain] = parts;
  if (parts.length !== 2 || !local || !domain || local.length > 64) return null;
  return LOCAL.test(local) && DOMAIN.test(domain) ? `${local}@${domain}` : null;
}

export const BAD_EMAIL: Problem = {
  code: "bad-email",
  message: "This is not an e-mail address that we can use.",
  where: "email",
  expected: "name@example.org, in plain ASCII letters",
};
