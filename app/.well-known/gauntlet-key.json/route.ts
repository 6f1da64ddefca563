import { receiptKeys } from "#data/receipt-key.ts";

/** Derived from the running installation's secret, which a build does not have. */
export const dynamic = "force-dynamic";

/** The public key of receipts, as a set of JSON Web Keys: scripts of other sites may read it too. */
export function GET(): Response {
  return Response.json(receiptKeys(), {
    headers: { "cache-control": "public, max-age=300", "access-control-allow-origin": "*" },
  });
}
