import type { Problem } from "#contest/problem.ts";
import type { Viewer } from "#data/viewer.ts";

/** A cell outside of a page. Fractions stay fractions in [0,1], times are ISO 8601 in UTC. */
export type Plain = string | number | boolean | null;

/** One column of a table: the same in HTML, CSV and JSON. Pages may draw a cell in a richer way than `value`. */
export interface Column<Row> {
  /** Name in CSV and JSON, and what `?sort=` calls it. */
  key: string;
  head: string;
  /** What it means, in a sentence. */
  about: string;
  value: (row: Row) => Plain;
  /** The direction that a first click sorts in; absent where the table cannot be sorted by it. */
  sort?: "asc" | "desc";
}

/** One page of a table, as read. */
export interface Table<Row, Query> {
  /** File name of an export, without its ending. */
  name: string;
  columns: readonly Column<Row>[];
  rows: Row[];
  /** Rows on all pages. */
  total: number;
  query: Query;
  /** Parameters that could not be understood and were left at their defaults. */
  problems: Problem[];
}

/** Search parameters as Next hands them to a page. */
export type Given = Record<string, string | string[] | undefined>;

/** Reads a table for a viewer: what its page, its CSV and its JSON share. Null when what it belongs to does not exist. */
export type TableReader<Row, Query extends Paging> = (
  viewer: Viewer | null,
  place: string,
  given: Given,
) => Promise<Table<Row, Query> | null>;

export interface Paging {
  page: number;
  size: number;
}
