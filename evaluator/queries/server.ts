import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, isIPv6 } from "node:net";
import { encodeAnswers, QUERY_BYTES, QUERY_ROWS } from "#contest/query.ts";
import { env } from "#env.ts";
import type { Context } from "#evaluator/context.ts";
import { NotAnswered } from "#evaluator/queries/desk.ts";
import { type QueryPool, queryPool } from "#evaluator/queries/pool.ts";
import { type QuerySubject, readSubject } from "#evaluator/queries/subject.ts";
import { nodeToken } from "#store/evaluators.ts";

export interface QueryServer {
  /** http://host:port */
  address: string;
  close(): Promise<void>;
}

/** float32 is at most four times the bytes of what the site was sent. */
const MOST_BYTES = 4 * QUERY_BYTES;
/** How long what the database says of a defense is believed: a disqualification is heard of by then, ms. */
const SUBJECT_MS = 2_000;

/**
 * Answers the site's `POST /defenses/{id}/answers`: a body of rows, as float32, little-endian, or a byte a
 * value of what is `inSteps`, by what contest/query.ts encodes. 401 for whoever cannot have the token, 503 and a code where there is no answer.
 */
export async function startQueryServer(
  context: Context & { querySlots: number[] },
  nodeId: string,
): Promise<QueryServer> {
  const pool = queryPool(context, context.querySlots);
  const expected = Buffer.from(`Bearer ${nodeToken(nodeId)}`);
  const subjects = subjectCache(context);
  const server = createServer((request, response) => {
    answer(request, response, expected, subjects, pool).catch((fault) => {
      const code = fault instanceof NotAnswered ? fault.code : "fault";
      if (code === "fault") context.log.error({ error: String(fault) }, "queries");
      refuse(response, 503, code);
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(env.EVALUATOR_PORT, env.EVALUATOR_HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const host = isIPv6(env.EVALUATOR_HOST) ? `[${env.EVALUATOR_HOST}]` : env.EVALUATOR_HOST;
  return {
    address: `http://${host}:${port}`,
    async close() {
      server.close();
      await pool.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  expected: Buffer,
  subjects: (id: string) => Promise<QuerySubject | null>,
  pool: QueryPool,
): Promise<void> {
  const given = Buffer.from(request.headers.authorization ?? "");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return refuse(response, 401, "bad-token");
  const id = /^\/defenses\/([A-Za-z0-9_-]{1,40})\/answers$/.exec(request.url ?? "")?.[1];
  if (request.method !== "POST" || id === undefined) return refuse(response, 404, "no-such-address");
  const subject = await subjects(id);
  if (!subject) return refuse(response, 404, "no-such-defense");
  const body = await readBody(request);
  const count = body.length / subject.rowBytes;
  if (!Number.isInteger(count) || count < 1 || count > QUERY_ROWS) return refuse(response, 400, "bad-rows");
  const bytes = encodeAnswers(await pool.ask(subject, body, count));
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": bytes.length }).end(bytes);
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BYTES) throw new Error("a body larger than the site may send");
    parts.push(part);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function refuse(response: ServerResponse, status: number, code: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ code }));
}

function subjectCache(context: Context): (id: string) => Promise<QuerySubject | null> {
  const kept = new Map<string, { at: number; subject: Promise<QuerySubject | null> }>();
  return (id) => {
    const known = kept.get(id);
    if (known && Date.now() - known.at < SUBJECT_MS) return known.subject;
    if (kept.size > 10_000) kept.clear();
    const subject = readSubject(context, id);
    kept.set(id, { at: Date.now(), subject });
    subject.catch(() => kept.delete(id));
    return subject;
  };
}
