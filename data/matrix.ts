import "server-only";
import { z } from "zod";
import { readChallenge } from "#data/challenges.ts";
import { levelFrom } from "#data/levels.ts";
import type { Column, Given, Table } from "#data/table.ts";
import { readQuery } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

const shape = {
  /** Page of the attacks, downwards. */
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  size: z.coerce.number().int().min(10).max(200).default(25),
  /** Page of the defenses, to the right. */
  across: z.coerce.number().int().min(1).max(10_000).default(1),
  width: z.coerce.number().int().min(4).max(100).default(12),
};
export type MatrixQuery = z.infer<z.ZodObject<typeof shape>>;

/** What one attack did to one defense: counts of points, and the evaluation that says so. */
export interface MatrixCell {
  evaluationId: string;
  /** Points that the defense answers rightly when clean. */
  clean: number;
  /** Of those, the ones that the attack has an admissible example for. */
  attacked: number;
  /** Of those, the ones answered wrongly. */
  broken: number;
}

export interface MatrixRow {
  id: string;
  name: string;
  author: { handle: string; name: string };
  /** By the defense's id; a pair that has not been measured is missing. */
  cells: Map<string, MatrixCell>;
}

export type Matrix = Table<MatrixRow, MatrixQuery> & {
  defenses: { id: string; name: string; level: ReturnType<typeof levelFrom> }[];
  totalDefenses: number;
};

/**
 * One window of the attacks (most successful first) against the defenses (most robust first). The cells are read by
 * index, one query for the whole window.
 */
export async function readMatrix(viewer: Viewer | null, slug: string, given: Given): Promise<Matrix | null> {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) return null;
  const { query, problems } = readQuery(shape, given);
  const challengeId = challenge.id;
  const [attacks, defenses] = await Promise.all([
    database().attack.findMany({
      where: { challengeId },
      orderBy: [{ success: "desc" }, { receivedAt: "asc" }, { id: "asc" }],
      skip: (query.page - 1) * query.size,
      take: query.size,
      select: { id: true, name: true, person: { select: { handle: true, name: true } } },
    }),
    database().defense.findMany({
      where: { challengeId },
      orderBy: [{ standing: "desc" }, { clean: "desc" }, { receivedAt: "asc" }, { id: "asc" }],
      skip: (query.across - 1) * query.width,
      take: query.width,
      select: { id: true, name: true, level: true, clean: true },
    }),
  ]);
  const cells = await readCells(
    attacks.map(({ id }) => id),
    new Map(defenses.map(({ id, clean }) => [id, clean])),
  );
  const rows = attacks.map(({ id, name, person }) => ({ id, name, author: person, cells: cells.get(id) ?? new Map() }));
  return {
    name: `${slug}-matrix`,
    columns: matrixColumns(defenses),
    rows,
    total: challenge.attacks,
    totalDefenses: challenge.defenses,
    defenses: defenses.map(({ id, name, level }) => ({ id, name, level: levelFrom(level) })),
    query,
    problems,
  };
}

/** The cells of these attacks against the defenses that `clean` has the clean-correct points of, by their ids. */
async function readCells(
  attackIds: string[],
  clean: Map<string, number>,
): Promise<Map<string, Map<string, MatrixCell>>> {
  const evaluations = await database().evaluation.findMany({
    where: { attackId: { in: attackIds }, defenseId: { in: [...clean.keys()] } },
    // Oldest first: of two versions of the evaluator the later one stays in the map.
    orderBy: { id: "asc" },
    select: { id: true, attackId: true, defenseId: true, attacked: true, broken: true },
  });
  const rows = new Map<string, Map<string, MatrixCell>>();
  for (const { id, attackId, defenseId, attacked, broken } of evaluations) {
    const row = rows.get(attackId!) ?? new Map<string, MatrixCell>();
    rows.set(
      attackId!,
      row.set(defenseId, { evaluationId: String(id), clean: clean.get(defenseId)!, attacked, broken }),
    );
  }
  return rows;
}

/** An attack's columns, then one for each defense of the window, named by its id. */
function matrixColumns(defenses: { id: string; name: string }[]): Column<MatrixRow>[] {
  return [
    { key: "attack", head: "Attack", about: "The attack's name", value: (row) => row.name },
    { key: "id", head: "Id", about: "The attack's id", value: (row) => row.id },
    { key: "author", head: "Author", about: "The handle of its author", value: (row) => row.author.handle },
    ...defenses.map(({ id, name }) => ({
      key: id,
      head: name,
      about: `Fraction of the clean-correct points of the defense "${name}" that it broke; empty where not measured`,
      value: (row: MatrixRow) => fractionBroken(row.cells.get(id)),
    })),
  ];
}

/** Rule 10's measure: broken / clean-correct, in [0,1]; null where that is nothing. Points left alone count as held. */
export function fractionBroken(cell: { clean: number; broken: number } | undefined): number | null {
  return cell === undefined || cell.clean === 0 ? null : cell.broken / cell.clean;
}
