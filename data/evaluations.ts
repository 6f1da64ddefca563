import "server-only";
import type { z } from "zod";
import { stageName } from "#contest/gauntlet.ts";
import { type EvaluationRow, evaluationColumns, meetingColumns } from "#data/evaluation-columns.ts";
import { momentSince } from "#data/moment.ts";
import type { Given, Paging, Table } from "#data/table.ts";
import { direction, paging, readQuery, sorting } from "#data/table-query.ts";
import type { Viewer } from "#data/viewer.ts";
import { database } from "#store/database.ts";
import type { Prisma } from "#store/generated/client.ts";

const ofDefense = { ...paging, sort: sorting(evaluationColumns, "-at") };
const ofAttack = { ...paging, sort: sorting(meetingColumns, "-broken") };
const ofAttackSince = (beginning: Date) => ({
  ...ofAttack,
  at: momentSince(beginning, "the attack was admitted"),
});
export type EvaluationQuery = z.infer<z.ZodObject<typeof ofDefense>>;
export type MeetingQuery = z.infer<z.ZodObject<ReturnType<typeof ofAttackSince>>>;

const side = { select: { id: true, name: true, person: { select: { handle: true, name: true } } } };
const select = {
  id: true,
  kind: true,
  subject: true,
  attacked: true,
  broken: true,
  taken: true,
  standingAfter: true,
  invalid: true,
  crashed: true,
  evaluatorVersion: true,
  createdAt: true,
  attack: side,
  defense: { select: { ...side.select, clean: true } },
} satisfies Prisma.EvaluationSelect;
type Read = Prisma.EvaluationGetPayload<{ select: typeof select }>;

/** Everything that a defense was measured with. Null when there is no such defense. */
export async function readEvaluations(
  _viewer: Viewer | null,
  defenseId: string,
  given: Given,
): Promise<Table<EvaluationRow, EvaluationQuery> | null> {
  const defense = await database().defense.findUnique({ where: { id: defenseId }, select: { id: true } });
  if (!defense) return null;
  const { query, problems } = readQuery(ofDefense, given);
  const { read, total } = await readPage({ defenseId }, query);
  const rows = read.map((evaluation) => rowOf(evaluation, evaluation.attack));
  return { name: `defense-${defenseId}`, columns: evaluationColumns, rows, total, query, problems };
}

/** What an attack had done by `?at=` to each defense that it had met. Null when there is no such attack. */
export async function readMeetings(
  _viewer: Viewer | null,
  attackId: string,
  given: Given,
): Promise<Table<EvaluationRow, MeetingQuery> | null> {
  const attack = await database().attack.findUnique({ where: { id: attackId }, select: { admittedAt: true } });
  if (!attack) return null;
  const { query, problems } = readQuery(ofAttackSince(attack.admittedAt), given);
  const { read, total } = await readPage({ attackId, ...(query.at && { createdAt: { lte: query.at } }) }, query);
  const rows = read.map((evaluation) => rowOf(evaluation, evaluation.defense));
  return { name: `attack-${attackId}`, columns: meetingColumns, rows, total, query, problems };
}

/** One page of evaluations with their defenses on the other side, in the order of an attack's table; `named` names their subjects. */
export async function readEvaluationPage(
  where: Prisma.EvaluationWhereInput,
  given: Given,
  named: (subject: string) => string,
): Promise<Pick<Table<EvaluationRow, EvaluationQuery>, "rows" | "total" | "query" | "problems">> {
  const { query, problems } = readQuery(ofAttack, given);
  const { read, total } = await readPage(where, query);
  const rows = read.map((evaluation) => ({
    ...rowOf(evaluation, evaluation.defense),
    subject: named(evaluation.subject),
  }));
  return { rows, total, query, problems };
}

/** One page of the evaluations of one defense or one attack, and how many there are; both by index. */
async function readPage(where: Prisma.EvaluationWhereInput, query: Paging & { sort: string }) {
  const { key, order } = direction(query.sort);
  const orderBy: Prisma.EvaluationOrderByWithRelationInput[] =
    key === "at" ? [{ createdAt: order }, { id: order }] : [{ [key]: order }, { id: "asc" }];
  const [read, total] = await Promise.all([
    database().evaluation.findMany({ where, orderBy, skip: (query.page - 1) * query.size, take: query.size, select }),
    database().evaluation.count({ where }),
  ]);
  return { read, total };
}

function rowOf({ id, kind, createdAt, ...evaluation }: Read, other: Read["attack"]): EvaluationRow {
  const { subject, attacked, broken, taken, standingAfter, invalid, crashed, evaluatorVersion } = evaluation;
  const common = { id: String(id), kind, subject: stageName(subject), evaluatorVersion, at: createdAt };
  // Rule 9: of the holdout only whole percents leave, and those stand on the defense itself.
  if (kind === "holdout")
    return {
      ...common,
      other: null,
      attacked: 0,
      broken: 0,
      fraction: null,
      taken: 0,
      standingAfter,
      invalid: 0,
      crashed: 0,
    };
  const share = kind === "clean" ? attacked : evaluation.defense.clean;
  return {
    ...common,
    other: other && { id: other.id, name: other.name, author: other.person },
    attacked,
    broken,
    fraction: share === 0 ? null : broken / share,
    taken,
    standingAfter,
    invalid,
    crashed,
  };
}
