import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { type Credentials, findCredentials } from "#commands/gauntlet/credentials.ts";
import { Ended, EXIT, type Exit } from "#commands/gauntlet/exit.ts";
import { describeProblem } from "#commands/gauntlet/words.ts";
import { Problem } from "#contest/problem.ts";

const TRIES = 5;
const LONGEST_PAUSE_MS = 20_000;
/** What may be sent again as it is: nothing was done, or it is done once under its key. */
const AGAIN = [502, 503, 504];
const EXITS: Partial<Record<number, Exit>> = { 401: EXIT.signIn, 403: EXIT.signIn, 429: EXIT.quota };
/** Answers that say that what was sent is wrong, not who sent it or where. */
const REJECTED = [400, 409, 413, 415, 422];

const Refusal = z.object({ code: z.string(), title: z.string(), problems: z.array(Problem).default([]) });

/** A site's API, as the command line uses it. Throws Ended with the site's own code and words for every refusal. */
export class Site {
  readonly credentials: Credentials;
  constructor(given?: string) {
    this.credentials = findCredentials(given);
  }

  /** GETs JSON and holds it to its contract. `path` begins with a slash; what does not is below /api/v1. */
  async json<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    const body = schema.safeParse(await (await this.send(path)).json());
    if (body.success) return body.data;
    const [issue] = body.error.issues;
    throw new Ended(
      EXIT.failed,
      "unknown-answer",
      `${path}: not what is expected (${issue!.path.join(".")}: ${issue!.message}).`,
    );
  }

  /** GETs a file whole. */
  async bytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await (await this.send(path)).arrayBuffer());
  }

  /** POSTs a form under a fresh Idempotency-Key: sent again after a broken line, it still submits once. */
  async post<T>(path: string, form: FormData, schema: z.ZodType<T>): Promise<T> {
    const headers = { "idempotency-key": crypto.randomUUID() };
    return schema.parse(await (await this.send(path, { method: "POST", body: form, headers })).json());
  }

  /** The answer, where it is a good one; again, with growing pauses, where trying again may help. */
  async send(path: string, options: RequestInit = {}): Promise<Response> {
    const { url, token } = this.credentials;
    const address = `${url}${path.startsWith("/") ? path : `/api/v1/${path}`}`;
    const headers = new Headers(options.headers);
    if (token !== null) headers.set("authorization", `Bearer ${token}`);
    for (let attempt = 0; ; attempt++) {
      const last = attempt === TRIES - 1;
      // What is read may lie in a bucket elsewhere, where fetch does not send the token; what is sent goes to the site alone.
      const redirect = options.method === undefined ? "follow" : "error";
      const answer = await fetch(address, { ...options, headers, redirect }).catch((error: Error) => error);
      if (answer instanceof Error) {
        if (last) throw new Ended(EXIT.failed, "unreachable", `${url} does not answer: ${causeOf(answer)}.`);
        await pause(backOff(attempt));
        continue;
      }
      if (answer.ok) return answer;
      const refusal = await refusalOf(answer);
      const wait = waitOf(answer) ?? backOff(attempt);
      const again = AGAIN.includes(answer.status) || refusal.code === "too-many-requests";
      if (last || !again || wait > LONGEST_PAUSE_MS) throw refusal;
      await pause(wait);
    }
  }
}

async function refusalOf(answer: Response): Promise<Ended> {
  const exit = EXITS[answer.status] ?? (REJECTED.includes(answer.status) ? EXIT.rejected : EXIT.failed);
  const read = Refusal.safeParse(await answer.json().catch(() => null));
  if (!read.success) return new Ended(exit, "error", `HTTP status ${answer.status}.`);
  const { code, title, problems } = read.data;
  return new Ended(exit, code, problems.length > 0 ? problems.map(describeProblem).join("\n") : `${code}: ${title}`);
}

/** Doubles from a quarter of a second, with jitter, so that many clients do not come back together. */
function backOff(attempt: number): number {
  return 250 * 2 ** attempt * (1 + Math.random());
}

function waitOf(answer: Response): number | null {
  const seconds = answer.headers.get("retry-after");
  return seconds !== null && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : null;
}

function causeOf(error: Error): string {
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
