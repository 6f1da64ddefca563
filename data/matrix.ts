import "server-only";
import { z } from "zod";
import { compareDefenses } from "#contest/ranking.ts";
import { levelOf } from "#contest/standing.ts";
import { countPlaces, readPlaces } from "#data/attack-places.ts";
import { defensesThen } from "#data/board-then.ts";
import { type ChallengeView, readChallenge } from "#data/challenges.ts";
import { levelFrom } from "#data/levels.ts";
import { momentSince } from "#data/moment.ts";
import type { Column, Given, Table } from "#data/table.ts";
import { readQuery } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";

const shape = (beginning: Date) => ({
  /** Page of the attacks, downwards. */
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  size: z.coerce.number().int().min(10).max(200).default(25),
  /** Page of the defenses, to the right. */
  across: z.coerce.number().int().min(1).max(10_000).default(1),
  width: z.coerce.number().int().min(4).max(100).default(12),
  at: momentSince(beginning, "the challenge began"),
});
export type MatrixQuery = z.infer<z.ZodObject<ReturnType<typeof shape>>>;

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
 * One window of the attacks (most successful first) against the defenses (most robust first), as it stood at `?at=`. The
 * cells are read by index, one query for the whole window.
 */
export async function readMatrix(viewer: Viewer | null, slug: string, given: Given): Promise<Matrix | null> {
  const challenge = await readChallenge(viewer, slug);
  if (!challenge) return null;
  const { query, problems } = readQuery(shape(challenge.createdAt), given);
  const { at } = query;
  const asked = { show: "submitted", q: "", sort: "-success", ...query } as const;
  const [places, total, { defenses, totalDefenses }] = await Promise.all([
    readPlaces(challenge.id, asked),
    countPlaces(challenge, asked),
    at === null ? defensesNow(challenge, query) : defensesAt(challenge, query, at),
  ]);
  const ids = places.map(({ id }) => id);
  const [attacks, cells] = await Promise.all([
    readAttacks(ids),
    readCells(ids, new Map(defenses.map(({ id, clean }) => [id, clean])), at),
  ]);
  const rows = ids.map((id) => ({ ...attacks.get(id)!, cells: cells.get(id) ?? new Map() }));
  const columns = matrixColumns(defenses);
  return { name: `${slug}-matrix`, columns, rows, total, totalDefenses, defenses, query, problems };
}

async function readAttacks(ids: string[]): Promise<Map<string, Omit<MatrixRow, "cells">>> {
  const attacks = await database().attack.findMany({
    where: { id: { in: ids } },
    select: { id: true, name: true, person: { select: { handle: true, name: true } } },
  });
  return new Map(attacks.map(({ id, name, person }) => [id, { id, name, author: person }]));
}

type Window = Pick<MatrixQuery, "across" | "width">;

async function defensesNow({ id, defenses: totalDefenses }: ChallengeView, { across, width }: Window) {
  const read = await database().defense.findMany({
    where: { challengeId: id },
    orderBy: [{ standing: "desc" }, { clean: "desc" }, { receivedAt: "asc" }, { id: "asc" }],
    skip: (across - 1) * width,
    take: width,
    select: { id: true, name: true, level: true, clean: true },
  });
  return { defenses: read.map((defense) => ({ ...defense, level: levelFrom(defense.level) })), totalDefenses };
}

async function defensesAt({ id, config }: ChallengeView, { across, width }: Window, at: Date) {
  const all = await defensesThen(id, at);
  const byMerit = all.toSorted((a, b) => compareDefenses(a, b) || (a.id < b.id ? -1 : 1));
  const defenses = byMerit.slice((across - 1) * width, across * width).map(({ id, name, clean, n, standing }) => {
    return { id, name, clean, level: levelOf(n === 0 ? 1 : standing / n, config.thresholds) };
  });
  return { defenses, totalDefenses: all.length };
}

/** What these attacks had done by `at` to the defenses that `clean` has the clean-correct points of, by their ids. */
async function readCells(
  attackIds: string[],
  clean: Map<string, number>,
  at: Date | null,
): Promise<Map<string, Map<string, MatrixCell>>> {
  const evaluations = await database().evaluation.findMany({
    where: { attackId: { in: attackIds }, defenseId: { in: [...clean.keys()] }, ...(at && { createdAt: { lte: at } }) },
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
