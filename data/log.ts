import { pino } from "pino";
import { env } from "#env.ts";

/** The site's log: one JSON object a line on standard output. Never log tokens, passwords, cookies or addresses. */
export const log = pino({ level: env.LOG_LEVEL, base: { part: "site" }, timestamp: pino.stdTimeFunctions.isoTime });
