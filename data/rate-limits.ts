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
  correction: { points: 20, duration: 24 * HOUR },
  "token-guess": { points: 60, duration: HOUR / 4 },
} as const;
type Limit = keyof typeof LIMITS;

/**
 * Reads, by address, and requests to ask a model, by person, are counted in this process: a database write for each would
 * cost more than what it saves. Budgets of queries are kept elsewhere, exactly; this only keeps one person from the whole site.
 */
const IN_MEMORY = { reads: { points: 3000, duration: 60 }, queries: { points: 60_000, duration: 60 } } as const;

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
    reads: new RateLimiterMemory(IN_MEMORY.reads),
    queries: new RateLimiterMemory(IN_MEMORY.queries),
  };
}

function limiters(): ReturnType<typeof makeLimiters> {
  kept.gauntletLimiters ??= makeLimiters();
  return kept.gauntletLimiters;
}

type AnyLimit = Limit | keyof typeof IN_MEMORY;

/** Where a limit stands for somebody: requests in a window of seconds, what is left of them, and when they all come back. */
export interface Rate {
  limit: AnyLimit;
  points: number;
  duration: number;
  left: number;
  /** Seconds. */
  resetsIn: number;
}

/** Takes one point of `limit` for `key` (an address, a person's id); the refusal says when the next one comes. */
export async function limited(limit: AnyLimit, key: string): Promise<Refused | null> {
  return (await takePoint(limit, key)).refused;
}

/** The same, and where the limit then stands. */
export async function takePoint(limit: AnyLimit, key: string): Promise<{ refused: Refused | null; rate: Rate }> {
  const { points, duration } = { ...LIMITS, ...IN_MEMORY }[limit];
  const rate = ({ remainingPoints, msBeforeNext }: RateLimiterRes): Rate => {
    const resetsIn = Math.max(0, Math.ceil(msBeforeNext / 1000));
    return { limit, points, duration, left: Math.max(0, remainingPoints), resetsIn };
  };
  try {
    return { refused: null, rate: rate(await limiters()[limit].consume(key)) };
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    return { refused: tooMany(Math.ceil(error.msBeforeNext / 1000)), rate: rate(error) };
  }
}

function tooMany(seconds: number): Refused {
  return {
    ...refuse(429, {
      code: "too-many-requests",
      message: "Too many requests of this kind.",
      fix: `Try again in ${seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} seconds`}.`,
    }),
    retryAfter: seconds,
  };
}

/** Gives the points back: a right password is no guess. */
export async function forgive(limit: Limit, key: string): Promise<void> {
  await limiters()[limit].delete(key);
}
