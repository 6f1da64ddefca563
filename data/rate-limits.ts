import { RateLimiterMemory, RateLimiterPrisma, RateLimiterRes } from "rate-limiter-flexible";
import { type Refused, refuse } from "#data/outcome.ts";
import { database } from "#store/database.ts";

const HOUR = 3600;

/** Points in a sliding window of seconds. What guards passwords and uploads is counted in the database. */
const LIMITS = {
  "sign-in-address": { points: 60, duration: HOUR / 4 },
  "sign-in-account": { points: 15, duration: HOUR / 4 },
  "sign-up": { points: 30, duration: HOUR },
  mail: { points: 5, duration: HOUR },
  upload: { points: 300, duration: HOUR },
  "token-guess": { points: 60, duration: HOUR / 4 },
} as const;
type Limit = keyof typeof LIMITS;

/** Reads are counted in this process: a database write for each would cost more than the reads that it saves. */
const READS = { points: 3000, duration: 60 };

const kept = globalThis as { gauntletLimiters?: ReturnType<typeof makeLimiters> };

function makeLimiters() {
  const inDatabase = (limit: Limit) =>
    new RateLimiterPrisma({
      storeClient: database(),
      tableName: "rateLimiterFlexible",
      keyPrefix: limit,
      ...LIMITS[limit],
    });
  const names = Object.keys(LIMITS) as Limit[];
  return {
    ...(Object.fromEntries(names.map((limit) => [limit, inDatabase(limit)])) as Record<Limit, RateLimiterPrisma>),
    reads: new RateLimiterMemory(READS),
  };
}

function limiters(): ReturnType<typeof makeLimiters> {
  kept.gauntletLimiters ??= makeLimiters();
  return kept.gauntletLimiters;
}

/** Takes one point of `limit` for `key` (an address, a person's id); the refusal says when the next one comes. */
export async function limited(limit: Limit | "reads", key: string): Promise<Refused | null> {
  return consume(limiters()[limit], key);
}

/** Gives the points back: a right password is no guess. */
export async function forgive(limit: Limit, key: string): Promise<void> {
  await limiters()[limit].delete(key);
}

async function consume(limiter: RateLimiterPrisma | RateLimiterMemory, key: string): Promise<Refused | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const seconds = Math.ceil(error.msBeforeNext / 1000);
    return {
      ...refuse(429, {
        code: "too-many-requests",
        message: "Too many requests of this kind.",
        fix: `Try again in ${seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} seconds`}.`,
      }),
      retryAfter: seconds,
    };
  }
}
