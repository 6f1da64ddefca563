import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { attackView, readAttacks } from "#data/attack-board.ts";
import { readAttackers } from "#data/attacker-board.ts";
import { readDefenseBoard } from "#data/defense-board.ts";
import { readMatrix } from "#data/matrix.ts";
import { notFound, refuse } from "#data/outcome.ts";
import type { Paging, Table } from "#data/table.ts";
import { givenOf, tableBody } from "#data/table-export.ts";
import { SlugParam } from "./challenges.ts";
import type { Api, ApiEnv } from "./context.ts";
import { errors, Refusal } from "./problem-json.ts";

const TableBody = z
  .object({
    table: z.string(),
    query: z.record(z.string(), z.unknown()),
    total: z.int().describe("Rows on all pages"),
    pages: z.int(),
    columns: z.array(z.object({ key: z.string(), about: z.string() })),
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  })
  .openapi("Table");

const Query = z.object({
  page: z.string().max(20).optional().openapi({ description: "From 1" }),
  size: z.string().max(20).optional().openapi({ description: "Rows a page" }),
  sort: z.string().max(40).optional().openapi({ description: "A column's key, with - before it for descending" }),
});

const board = (path: string, summary: string) =>
  createRoute({
    method: "get",
    path: `/challenges/{slug}/${path}`,
    summary,
    request: { params: SlugParam, query: Query },
    responses: {
      200: { description: "One page", content: { "application/json": { schema: TableBody } } },
      ...errors(400, 404),
    },
  });

/** The table's body; throws the refusal where there is none, or where a parameter was not understood. */
function body<Row, Query extends Paging & Record<string, unknown>>(
  table: Table<Row, Query> | null,
): z.infer<typeof TableBody> {
  if (!table) throw new Refusal(notFound("challenge"));
  if (table.problems.length > 0) throw new Refusal(refuse(400, ...table.problems));
  return tableBody(table);
}

/** The pages before and after, for the Link header. */
function linkTo(url: string, { query, pages }: { query: Record<string, unknown>; pages: number }): string {
  const page = Number(query.page);
  const to = (rel: string, number: number) => {
    const address = new URL(url);
    address.searchParams.set("page", String(number));
    return number < 1 || number > pages ? [] : [`<${address.pathname}${address.search}>; rel="${rel}"`];
  };
  return [...to("prev", page - 1), ...to("next", page + 1)].join(", ");
}

export function boardRoutes(api: Api): void {
  const answer = (c: Context<ApiEnv>, table: z.infer<typeof TableBody>) => {
    const link = linkTo(c.req.url, table);
    if (link !== "") c.header("link", link);
    return c.json(table, 200);
  };
  const given = (url: string) => givenOf(new URL(url).searchParams);
  api.openapi(board("boards/defenses", "The defense board"), async (c) =>
    answer(c, body(await readDefenseBoard(c.var.caller.viewer, c.req.valid("param").slug, given(c.req.url)))),
  );
  api.openapi(board("boards/attacks", "The attack board; view=people or view=attacks"), async (c) => {
    const asked = given(c.req.url);
    const { slug } = c.req.valid("param");
    const { viewer } = c.var.caller;
    if (attackView(asked) === "attacks") return answer(c, body(await readAttacks(viewer, slug, asked)));
    return answer(c, body(await readAttackers(viewer, slug, asked)));
  });
  api.openapi(
    board("matrix", "Attacks by defenses; fractions of the attacked points broken, defenses by id"),
    async (c) => answer(c, body(await readMatrix(c.var.caller.viewer, c.req.valid("param").slug, given(c.req.url)))),
  );
}
