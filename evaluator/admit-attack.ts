import { type Distance, judgeRow, type RowFault } from "#contest/admissible.ts";
import type { Problem } from "#contest/problem.ts";
import { AttackForm } from "#contest/submission.ts";
import type { Refused, Step } from "#evaluator/admit-defense.ts";
import { chargeAttack, OverBudget } from "#evaluator/charge-attack.ts";
import { bytesOf } from "#evaluator/columns.ts";
import type { Context } from "#evaluator/context.ts";
import { describeDistances } from "#evaluator/distances.ts";
import type { LoadedChallenge } from "#evaluator/points.ts";
import { PlatformFault, runJob } from "#evaluator/run-job.ts";
import { putBytes } from "#store/artifacts.ts";
import type { Prisma, Submission } from "#store/generated/client.ts";

interface Uploaded {
  index: Int32Array;
  x: Float32Array;
}

/** Faults of rows by rule: how many, and the first few of them. */
export type RowFaults = Partial<
  Record<RowFault["rule"], { count: number; first: { row: number; point: number; by?: number }[] }>
>;

const FIRST_FAULTS = 10;

interface JudgedRows {
  /** Admissible rows, sorted by point; float32 [points.length, ...shape], on the grid. */
  points: Uint32Array;
  rows: Float32Array;
  distances: Distance[];
  faults: RowFaults;
}

/** Takes an uploaded file of examples in: reads it in the sandbox, judges each row (rule 3), makes the Attack. */
export async function admitAttack(
  context: Context,
  challenge: LoadedChallenge,
  submission: Submission,
  step: Step,
): Promise<Refused | null> {
  step.progress("reading the examples", 0, 1);
  const read = await readExamples(context, challenge, submission, step);
  if ("refused" in read) return read;
  const judged = judgeRows(challenge, read);
  if (judged.points.length === 0) return { refused: [nothingAdmissible(judged.faults, read.index.length)], ran: false };
  const { sha256 } = await putBytes(new Uint8Array(judged.rows.buffer));
  const twin = await context.db.attack.findFirst({
    where: { challengeId: challenge.row.id, examplesSha: sha256, id: { not: submission.id } },
    select: { id: true },
  });
  if (twin) return { refused: [duplicate(twin.id)], ran: false };
  try {
    await record(context, challenge, submission, { judged, examplesSha: sha256, submittedRows: read.index.length });
    return null;
  } catch (error) {
    if (error instanceof OverBudget) return { refused: [error.problem], ran: false };
    throw error;
  }
}

/** The transaction that admits: the attack, what its rows cost of the budgets, the attempt. */
async function record(
  { db }: Context,
  challenge: LoadedChallenge,
  submission: Submission,
  { judged, examplesSha, submittedRows }: { judged: JudgedRows; examplesSha: string; submittedRows: number },
): Promise<void> {
  const { id, challengeId, personId, origin, name, receivedAt } = submission;
  const form = AttackForm.omit({ name: true }).parse(submission.form);
  await db.$transaction(async (tx) => {
    await tx.attack.create({
      data: {
        ...{ id, challengeId, personId, origin, name, receivedAt, examplesSha, submittedRows },
        targetId: form.target ?? null,
        queries: form.queries === undefined ? null : BigInt(form.queries),
        points: bytesOf(judged.points),
        rows: judged.points.length,
        rowFaults: judged.faults as Prisma.InputJsonValue,
        distances: describeDistances(judged.distances, challenge.arena) as unknown as Prisma.InputJsonValue,
      },
    });
    await chargeAttack(tx, challenge.file, submission, submittedRows);
    await tx.submission.update({ where: { id }, data: { contentSha: examplesSha, attempt: "spent" } });
  });
}

async function readExamples(
  context: Context,
  challenge: LoadedChallenge,
  submission: Submission,
  step: Step,
): Promise<Refused | Uploaded> {
  const { budgets } = context;
  let problems: Problem[] | null = null;
  let uploaded: Uploaded | null = null;
  const result = await runJob(context, {
    job: {
      kind: "examples",
      shape: challenge.arena.shape,
      points: challenge.arena.points,
      grid: challenge.arena.grid,
      maxBytes: budgets.maxExamplesBytes,
    },
    files: { upload: { artifact: submission.uploadSha } },
    wallMs: budgets.admitMs,
    outputBytes: budgets.maxExamplesBytes * 2,
    onReport(report, bytes) {
      if (report.type === "problems") problems = report.problems;
      if (report.type === "examples") uploaded = parseUploaded(bytes, report.rows, challenge.size);
    },
    signal: step.signal,
  });
  if (problems) return { refused: problems, ran: false };
  // Reading arrays is our own code, without native parts: if it dies, that is for us to mend.
  if (!result.finished || !uploaded) throw new PlatformFault(`reading examples ended by ${result.outcome.kind}`);
  return uploaded;
}

function parseUploaded(bytes: Uint8Array, rows: number, size: number): Uploaded {
  if (bytes.length !== rows * 4 * (1 + size)) throw new Error("examples of another size than announced");
  const copy = bytes.slice().buffer;
  return { index: new Int32Array(copy, 0, rows), x: new Float32Array(copy, rows * 4) };
}

/** Judges every row of a file against its point; duplicate indices make all their rows inadmissible. */
export function judgeRows(
  challenge: Pick<LoadedChallenge, "arena" | "points" | "size">,
  { index, x }: Uploaded,
): JudgedRows {
  const { arena, points, size } = challenge;
  const times = new Map<number, number>();
  for (const point of index) times.set(point, (times.get(point) ?? 0) + 1);
  const faults: RowFaults = {};
  const kept: { point: number; row: number; distance: Distance }[] = [];
  index.forEach((point, row) => {
    const verdict =
      point < 0 || point >= arena.points
        ? { admissible: false as const, fault: { rule: "index-out-of-range" as const } }
        : times.get(point)! > 1
          ? { admissible: false as const, fault: { rule: "duplicate-index" as const } }
          : judgeRow(
              x.subarray(row * size, (row + 1) * size),
              points.subarray(point * size, (point + 1) * size),
              arena,
            );
    if (verdict.admissible) kept.push({ point, row, distance: verdict.distance });
    else note(faults, verdict.fault, row, point);
  });
  kept.sort((a, b) => a.point - b.point);
  const rows = new Float32Array(kept.length * size);
  kept.forEach(({ row }, to) => {
    rows.set(x.subarray(row * size, (row + 1) * size), to * size);
  });
  return { points: Uint32Array.from(kept, (k) => k.point), rows, distances: kept.map((k) => k.distance), faults };
}

function note(faults: RowFaults, fault: RowFault, row: number, point: number): void {
  faults[fault.rule] ??= { count: 0, first: [] };
  const entry = faults[fault.rule]!;
  entry.count++;
  if (entry.first.length < FIRST_FAULTS) entry.first.push({ row, point, ...("by" in fault && { by: fault.by }) });
}

/** Why a file is rejected that no row of counts. */
export function nothingAdmissible(faults: RowFaults, rows: number): Problem {
  const found = Object.entries(faults).map(([rule, { count, first }]) => {
    const { row, by } = first[0]!;
    return `${rule} in ${count} rows (first: row ${row}${by === undefined ? "" : ` by ${+by.toPrecision(4)}`})`;
  });
  return {
    code: "no-admissible-row",
    message: `None of the ${rows} rows is an admissible attack.`,
    expected: "at least one finite row inside the value range and inside the ball around its point",
    found: found.join("; ").slice(0, 300),
    fix: "Clip to the ball and to the range, in this order, after rounding to the challenge's grid; check the order of the points.",
  };
}

function duplicate(id: string): Problem {
  return {
    code: "duplicate-examples",
    message: "These examples have been submitted to this challenge before.",
    found: `the same admissible rows as attack ${id}`,
    fix: "Nothing to do: its results are on that attack's page.",
  };
}
