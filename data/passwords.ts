import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import type { Problem } from "#contest/problem.ts";

const SHORTEST = 10;
const LONGEST = 200;

/** What is wrong with a new password, or null. Length is all that is asked for (NIST SP 800-63B, 3.1.1). */
export function passwordProblem(password: string): Problem | null {
  const length = [...password].length;
  if (length >= SHORTEST && length <= LONGEST) return null;
  return {
    code: "bad-password",
    message: `A password needs ${SHORTEST} to ${LONGEST} characters.`,
    where: "password",
    expected: `${SHORTEST} to ${LONGEST} characters`,
    found: `${length} characters`,
  };
}

/** Argon2id with the package's defaults (19 MiB, 2 passes: OWASP's first choice), as a PHC string. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize("NFKC"));
}

let decoy: Promise<string> | undefined;

/**
 * Whether the password belongs to the hash. Without a hash (nobody has that address, or they have no password) the same
 * work is done against a decoy, so that the time taken tells nothing.
 */
export async function passwordMatches(hashed: string | null, password: string): Promise<boolean> {
  decoy ??= hash(randomBytes(16).toString("hex"));
  const matches = await verify(hashed ?? (await decoy), password.slice(0, 4 * LONGEST).normalize("NFKC"));
  return matches && hashed !== null;
}
