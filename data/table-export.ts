import "server-only";
import type { Problem } from "#contest/problem.ts";
import { toCsv } from "#data/csv.ts";
import { getViewer } from "#data/session.ts";
import type { Column, Given, Paging, Table, TableReader } from "#data/table.ts";
import type { Viewer } from "#data/viewer.ts";

export type Format = "json" | "csv";

/** What JSON has besides the table's rows. */
type Beside = (viewer: Viewer | null, place: string, given: Given) => object | Promise<object>;
const nothing: Beside = () => ({});

/** The GET handler of a table's address with `.json` or `.csv` at its end; `place` is what the path says it is of. */
export function tableRoute<Row, Query extends Paging>(
  format: Format,
  read: TableReader<Row, Query>,
  beside: Beside = nothing,
) {
  type Context = { params: Promise<{ slug: string } | { id: string }> };
  return async (request: Request, { params }: Context): Promise<Response> => {
    const place = await params;
    return exportTable(format, read, "id" in place ? place.id : place.slug, request, beside);
  };
}

/**
 * The same for a page whose address ends with an id: next.config.ts leads `/{id}.json` to `/{id}/table/json`.
 */
export function anyFormatRoute<Row, Query extends Paging>(read: TableReader<Row, Query>, beside: Beside = nothing) {
  type Context = { params: Promise<{ format: string } & ({ id: string } | { handle: string })> };
  return async (request: Request, { params }: Context): Promise<Response> => {
    const { format, ...place } = await params;
    if (format !== "json" && format !== "csv") return problem(404, "not-found", "Tables come as .json and .csv.");
    return exportTable(format, read, "id" in place ? place.id : place.handle, request, beside);
  };
}

/** The same for a table that there is only one of: `/{page}/table/{format}`. */
export function onlyTableRoute<Row, Query extends Paging>(
  read: (viewer: Viewer | null, given: Given) => Table<Row, Query> | null | Promise<Table<Row, Query>>,
  beside: Beside = nothing,
) {
  const route = anyFormatRoute(async (viewer, _place, given) => read(viewer, given), beside);
  return async (request: Request, { params }: { params: Promise<{ format: string }> }): Promise<Response> =>
    route(request, { params: params.then(({ format }) => ({ format, id: "" })) });
}

/**
 * Answers with the table in `format`: 200, 404 when its place does not exist, 400 for parameters that a page would
 * only have remarked on, since a program would not read the remark.
 */
export async function exportTable<Row, Query extends Paging>(
  format: Format,
  read: TableReader<Row, Query>,
  place: string,
  request: Request,
  beside: Beside = nothing,
): Promise<Response> {
  const url = new URL(request.url);
  const viewer = await getViewer();
  const given = givenOf(url.searchParams);
  const table = await read(viewer, place, given);
  if (table === null) return problem(404, "not-found", "There is no such table.");
  if (table.problems.length > 0) return badParameters(table.problems);
  return format === "csv"
    ? csv(table)
    : Response.json({ ...tableBody(table), ...(await beside(viewer, place, given)) });
}

/** 400, with what was not understood. */
export function badParameters(problems: Problem[]): Response {
  return problem(400, "bad-parameter", "Some parameters were not understood.", problems);
}

/** A URL's parameters in the form in which Next hands them to a page. */
export function givenOf(parameters: URLSearchParams): Given {
  const given: Given = {};
  for (const key of parameters.keys()) given[key] = parameters.getAll(key);
  return given;
}

function csv<Row, Query>(table: Table<Row, Query>): Response {
  return new Response(toCsv(table.columns, table.rows), {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `inline; filename="${table.name}.csv"`,
    },
  });
}

/** A table as JSON has it, here and in the API. */
export function tableBody<Row, Query extends Paging>({ name, columns, rows, total, query }: Table<Row, Query>) {
  return {
    table: name,
    query,
    total,
    pages: Math.max(1, Math.ceil(total / query.size)),
    columns: columns.map(({ key, about }) => ({ key, about })),
    rows: rows.map((row) => record(columns, row)),
  };
}

function record<Row>(columns: readonly Column<Row>[], row: Row) {
  return Object.fromEntries(columns.map(({ key, value }) => [key, value(row)]));
}

function problem(status: number, code: string, title: string, problems: unknown[] = []): Response {
  const body = { type: `urn:gauntlet:problem:${code}`, title, status, code, problems };
  return Response.json(body, { status, headers: { "content-type": "application/problem+json" } });
}
