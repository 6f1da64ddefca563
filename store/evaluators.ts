import { createHash, createHmac } from "node:crypto";
import { installationKey } from "#env.ts";
import type { Db } from "#store/database.ts";

/** An evaluator that answers queries. */
export interface QueryNode {
  id: string;
  /** http://host:port, on the loopback or a private network. */
  address: string;
}

/** An evaluator says every 3 s that it lives; one that was silent for longer, by the database's clock, is not asked. */
const SILENT_SECONDS = 10;

/** What a request to the evaluator `nodeId` carries as its bearer token: of this installation and of that evaluator alone. */
export function nodeToken(nodeId: string): string {
  return createHmac("sha256", installationKey("queries to evaluators")).update(nodeId).digest("base64url");
}

/** The evaluators that live and answer queries. */
export async function liveQueryNodes(db: Db): Promise<QueryNode[]> {
  return db.$queryRaw<QueryNode[]>`
    SELECT "id", "address" FROM "EvaluatorNode"
    WHERE "address" IS NOT NULL AND "seenAt" > now() - make_interval(secs => ${SILENT_SECONDS})`;
}

/**
 * The nodes in the order in which they are to be asked about a defense, by rendezvous hashing: everybody asks the same
 * one, where its model is warm, and when a node comes or goes only its own defenses move.
 */
export function preferredNodes(nodes: readonly QueryNode[], defenseId: string): QueryNode[] {
  const weight = ({ id }: QueryNode) => createHash("sha256").update(`${id} ${defenseId}`).digest("hex");
  return nodes
    .map((node) => ({ node, weight: weight(node) }))
    .sort((a, b) => (a.weight < b.weight ? 1 : -1))
    .map(({ node }) => node);
}
