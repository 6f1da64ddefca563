import "server-only";
import { createHash, randomBytes } from "node:crypto";
import { env } from "#env.ts";
import { database } from "#store/database.ts";
import type { MailToken } from "#store/generated/client.ts";

const HOURS = { verify: 48, reset: 1 } as const;
type Purpose = keyof typeof HOURS;
const PAGES: Record<Purpose, string> = { verify: "/sign-up/verify", reset: "/sign-in/reset" };

const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");

/** Makes a link that proves, once and for a limited time, that its holder reads the person's mail. */
export async function makeMailLink(personId: string, purpose: Purpose): Promise<string> {
  const secret = randomBytes(32).toString("base64url");
  const expiresAt = new Date(Date.now() + HOURS[purpose] * 3600_000);
  await database().mailToken.create({ data: { personId, purpose, hash: hashOf(secret), expiresAt } });
  return `${env.siteUrl}${PAGES[purpose]}?key=${secret}`;
}

/** Uses a link's key up and returns whose it was; null when it is unknown, used or too old. */
export async function takeMailLink(key: string, purpose: Purpose): Promise<MailToken | null> {
  const used = await database().mailToken.updateManyAndReturn({
    where: { hash: hashOf(key), purpose, usedAt: null, expiresAt: { gt: new Date() } },
    data: { usedAt: new Date() },
  });
  return used[0] ?? null;
}
