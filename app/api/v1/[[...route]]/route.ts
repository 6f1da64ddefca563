import { api } from "./api.ts";

/** Every address under /api/v1 is answered by one Hono app, whose schemas also make its OpenAPI document. */
const handler = (request: Request) => api.fetch(request);

export {
  handler as DELETE,
  handler as GET,
  handler as HEAD,
  handler as OPTIONS,
  handler as PATCH,
  handler as POST,
  handler as PUT,
};

export const dynamic = "force-dynamic";
