import "server-only";
import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import type { InputRows } from "#contest/query.ts";
import { log } from "#data/log.ts";
import { database } from "#store/database.ts";
import { liveQueryNodes, nodeToken, preferredNodes, type QueryNode } from "#store/evaluators.ts";

/** Why there is no answer: no evaluator, too many requests at it, or the model's own fault. */
export type Failure = "no-evaluator" | "queries-busy" | "model-failed" | "model-timeout";

/** How long the list of evaluators is believed, ms. */
const NODES_MS = 1_000;
/** An answer takes its place in the queue and a model's time limit; whatever takes longer is given up, ms. */
const PATIENCE_MS = 90_000;

const agent = new Agent({ keepAlive: true, maxSockets: 256, scheduling: "lifo" });
let known: { at: number; nodes: Promise<QueryNode[]> } | null = null;

function nodes(): Promise<QueryNode[]> {
  if (known && Date.now() - known.at < NODES_MS) return known.nodes;
  const found = liveQueryNodes(database());
  known = { at: Date.now(), nodes: found };
  found.catch(() => {
    known = null;
  });
  return found;
}

/**
 * Asks the evaluator that keeps the defense's model warm for its answers to rows; the next one where that cannot be
 * reached. Gives the answers as contest/query.ts encodes them, or why there are none.
 */
export async function askEvaluator(
  defenseId: string,
  rows: InputRows,
): Promise<{ ok: true; bytes: Uint8Array } | { ok: false; failure: Failure }> {
  for (const node of preferredNodes(await nodes(), defenseId)) {
    try {
      const { status, bytes } = await post(node, defenseId, rows);
      if (status === 200) return { ok: true, bytes };
      const { code } = JSON.parse(Buffer.from(bytes).toString()) as { code: string };
      if (code === "queries-busy" || code === "model-failed" || code === "model-timeout")
        return { ok: false, failure: code };
      log.error({ evaluator: node.id, status, code }, "queries");
    } catch (error) {
      log.warn({ evaluator: node.id, error: String(error) }, "queries");
    }
  }
  return { ok: false, failure: "no-evaluator" };
}

async function post(
  { id, address }: QueryNode,
  defenseId: string,
  rows: InputRows,
): Promise<{ status: number; bytes: Uint8Array }> {
  const sent = request(`${address}/defenses/${defenseId}/answers`, {
    ...{ method: "POST", agent, timeout: PATIENCE_MS },
    headers: { authorization: `Bearer ${nodeToken(id)}`, "content-length": rows.byteLength },
  });
  sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
  sent.end(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength));
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of answer as AsyncIterable<Buffer>) parts.push(part);
  return { status: answer.statusCode!, bytes: Buffer.concat(parts) };
}
