import { createRoute, z } from "@hono/zod-openapi";
import { refuse } from "#data/outcome.ts";
import { SEARCH_KINDS, search } from "#data/search.ts";
import { plain } from "#data/search-pieces.ts";
import { siteAddress } from "#data/site.ts";
import { givenOf } from "#data/table-export.ts";
import { type Api, OPTIONAL_TOKEN } from "./context.ts";
import { errors, Refusal } from "./problem-json.ts";

const Kind = z.enum(SEARCH_KINDS);

const Found = z
  .object({
    q: z.string(),
    kind: z.enum(["any", ...SEARCH_KINDS]),
    page: z.int(),
    size: z.int(),
    groups: z.array(
      z.object({
        kind: Kind,
        total: z.int().describe("At most 1,000"),
        more: z.boolean().describe("More answer than were looked at"),
        hits: z.array(
          z.object({
            id: z.string(),
            url: z.url(),
            name: z.string(),
            facts: z.array(z.string()),
            excerpt: z.string().nullable().describe("Where else the question is answered"),
            similar: z.boolean().describe("Only spelt alike"),
          }),
        ),
      }),
    ),
  })
  .openapi("Found");

const route = createRoute({
  method: "get",
  path: "/search",
  summary: "Challenges, defenses, attacks, people and the archive, by words; slips of the pen are forgiven",
  security: OPTIONAL_TOKEN,
  request: {
    query: z.object({
      q: z
        .string()
        .optional()
        .openapi({ description: "Words, at most 200 characters", example: "randomised smoothing" }),
      kind: z
        .string()
        .max(20)
        .optional()
        .openapi({ description: `The first five of each, or one of ${SEARCH_KINDS.join(", ")}` }),
      page: z.string().max(20).optional().openapi({ description: "Of that kind, from 1" }),
      size: z.string().max(20).optional().openapi({ description: "Hits a page, at most 100" }),
    }),
  },
  responses: {
    200: { description: "What answers", content: { "application/json": { schema: Found } } },
    ...errors(400, 429),
  },
});

export function searchRoutes(api: Api): void {
  api.openapi(route, async (c) => {
    const found = await search(c.var.caller.viewer, givenOf(new URL(c.req.url).searchParams));
    if (found.problems.length > 0) throw new Refusal(refuse(400, ...found.problems));
    const { q, kind, page, size } = found.query;
    const groups = found.groups.map((group) => ({
      ...group,
      hits: group.hits.map(({ id, href, name, facts, excerpt, similar }) => {
        const around = excerpt && plain(excerpt);
        return { id, url: siteAddress() + href, name: plain(name), facts, excerpt: around, similar };
      }),
    }));
    return c.json({ q, kind, page, size, groups }, 200);
  });
}
