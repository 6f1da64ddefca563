import "server-only";
import type { z } from "zod";
import type { Problem } from "#contest/problem.ts";
import { AttackForm, DefenseForm, type SubmissionKind } from "#contest/submission.ts";
import { type Attempts, attemptsOf } from "#data/attempts.ts";
import { boss } from "#data/boss.ts";
import { problemsOf } from "#data/form-problems.ts";
import { type Asked, earlier, fingerprintOf, idempotencyKey, isRepetition, remember } from "#data/idempotency.ts";
import { isCategory } from "#data/lessons.ts";
import { type Accepted, type Multipart, readMultipart } from "#data/multipart.ts";
import { notFound, type Outcome, type Refused, refuse } from "#data/outcome.ts";
import { limited } from "#data/rate-limits.ts";
import type { Viewer } from "#data/viewer.ts";
import { env } from "#env.ts";
import { announce } from "#store/changes.ts";
import { database } from "#store/database.ts";
import type { Challenge, Prisma, Submission } from "#store/generated/client.ts";
import { enqueueSubmission } from "#store/queue.ts";

/** The forms by kind: their text fields, and which file is the upload itself. */
const FORMS = {
  defense: {
    schema: DefenseForm as z.ZodType<{ name: string }>,
    fields: Object.keys(DefenseForm.shape),
    file: "model",
  },
  attack: {
    schema: AttackForm as z.ZodType<{ name: string }>,
    fields: Object.keys(AttackForm.shape),
    file: "examples",
  },
} as const;

function accepted(kind: SubmissionKind): Accepted {
  const MiB = 2 ** 20;
  const files: Accepted["files"] =
    kind === "defense"
      ? { model: env.UPLOAD_MODEL_MIB * MiB, side: env.UPLOAD_MODEL_MIB * MiB }
      : { examples: env.UPLOAD_EXAMPLES_MIB * MiB };
  return { fields: FORMS[kind].fields, files };
}

/** The most bytes that the form's main file may have. */
export function uploadLimit(kind: SubmissionKind): number {
  return (kind === "defense" ? env.UPLOAD_MODEL_MIB : env.UPLOAD_EXAMPLES_MIB) * 2 ** 20;
}

/**
 * Receives a defense or an attack: checks who, whether the challenge is open and an attempt is left, streams the file
 * into the store, then writes the submission and its job in one transaction. What is refused here costs nothing.
 * `fields` of a refusal are what was typed, so that a form can show it again. An upload under a key that the same
 * upload came with before is that one's submission again.
 */
export async function receiveUpload(
  viewer: Viewer,
  slug: string,
  kind: SubmissionKind,
  request: Request,
): Promise<Outcome<{ submission: Submission }> & { fields?: Record<string, string> }> {
  const challenge = await database().challenge.findUnique({ where: { slug } });
  if (!challenge) return notFound("challenge");
  const keyed = idempotencyKey(request.headers);
  if (!keyed.ok) return keyed;
  const repeated = await isRepetition(database(), viewer, keyed.key);
  const refused = (await limited("upload", viewer.id)) ?? (repeated ? null : await mayNot(viewer, challenge, kind));
  if (refused) return refused;
  const form = await readMultipart(request, accepted(kind));
  if (!form.ok) return form;
  const parsed = FORMS[kind].schema.safeParse(form.fields);
  const problems = [...(parsed.success ? [] : problemsOf(parsed.error)), ...fileProblems(form, kind)];
  if (!parsed.success || problems.length > 0) return { ...refuse(422, ...problems), fields: form.fields };
  const target = unknownCategory(form.fields.category) ?? (await wrongTarget(challenge, form.fields.target));
  if (target) return { ...refuse(422, target), fields: form.fields };
  const asked =
    keyed.key === null ? null : { key: keyed.key, fingerprint: fingerprintOf([slug, kind, ...content(form)]) };
  const received = await record(viewer, challenge, kind, parsed.data, form, asked);
  return received.ok ? received : { ...received, fields: form.fields };
}

/** What a form holds, whatever the order of its parts. */
function content({ fields, files }: Multipart): [string, string][] {
  const shas = Object.entries(files).map(([name, { sha256 }]): [string, string] => [name, sha256]);
  return [...Object.entries(fields), ...shas].sort(([a], [b]) => (a < b ? -1 : 1));
}

function fileProblems(form: Multipart, kind: SubmissionKind): Problem[] {
  const { file } = FORMS[kind];
  const upload = form.files[file];
  if (!upload)
    return [
      {
        code: "missing-file",
        message: "The form came without its file.",
        where: file,
        fix: `With curl: -F ${file}=@path`,
      },
    ];
  const empty = Object.entries(form.files).filter(([, { bytes }]) => bytes === 0);
  return empty.map(([where]) => ({ code: "empty-file", message: "The file is empty.", where, found: "0 bytes" }));
}

/** A defense may name its kind: one that there is a lesson about. */
function unknownCategory(category: string | undefined): Problem | null {
  if (!category?.trim() || isCategory(category.trim())) return null;
  return {
    code: "unknown-category",
    message: "There is no such kind of defense.",
    where: "category",
    expected: "the title of a lesson, or nothing",
    found: category.slice(0, 80),
  };
}

/** An attack may name the defense that it was made for: one of the same challenge. */
async function wrongTarget(challenge: Challenge, target: string | undefined): Promise<Problem | null> {
  if (!target) return null;
  const defense = await database().defense.findFirst({ where: { id: target, challengeId: challenge.id } });
  if (defense) return null;
  return {
    code: "unknown-target",
    message: "This challenge has no such defense.",
    where: "target",
    found: target.slice(0, 40),
  };
}

/** Why the viewer cannot submit to the challenge now; null when they can. */
async function mayNot(viewer: Viewer, challenge: Challenge, kind: SubmissionKind): Promise<Refused | null> {
  return closed(challenge, new Date()) ?? none(await attemptsOf(viewer, challenge, kind));
}

function closed(challenge: Challenge, now: Date): Refused | null {
  if (challenge.opensAt > now)
    return refuse(403, { code: "not-open-yet", message: `The challenge opens at ${challenge.opensAt.toISOString()}.` });
  if (challenge.closesAt && challenge.closesAt <= now)
    return refuse(403, { code: "closed", message: `The challenge closed at ${challenge.closesAt.toISOString()}.` });
  return null;
}

function none({ left, perDay, nextAt }: Attempts): Refused | null {
  if (left > 0 || !nextAt) return null;
  return {
    ...refuse(429, {
      code: "no-attempts-left",
      message: "All attempts of the last 24 hours are spent.",
      expected: `at most ${perDay} in 24 hours`,
      fix: `The next one comes back at ${nextAt.toISOString()}.`,
    }),
    retryAfter: Math.max(1, Math.ceil((nextAt.getTime() - Date.now()) / 1000)),
  };
}

/**
 * The transaction. Uploads of one person wait for each other here, so that two at once cannot spend the same attempt;
 * the challenge may have closed while the file was on its way.
 */
async function record(
  viewer: Viewer,
  challenge: Challenge,
  kind: SubmissionKind,
  form: { name: string },
  { files }: Multipart,
  asked: Asked | null,
): Promise<Outcome<{ submission: Submission }>> {
  const queue = await boss();
  const upload = files[FORMS[kind].file]!;
  return database().$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`attempts:${viewer.id}`}, 0))`;
    const before = asked && (await earlier(tx, viewer, asked));
    if (before && !before.ok) return before;
    if (before?.done) {
      const id = before.done.submissionId!;
      return { ok: true, submission: await tx.submission.findUniqueOrThrow({ where: { id } }) };
    }
    const refused =
      closed(challenge, new Date()) ??
      none(await attemptsOf(viewer, challenge, kind, tx)) ??
      (await sameUpload(tx, viewer, challenge, upload.sha256, files.side?.sha256 ?? null));
    if (refused) return refused;
    const { name, ...rest } = form;
    const submission = await tx.submission.create({
      data: {
        ...{ kind, name, form: rest, challengeId: challenge.id, personId: viewer.id, state: "queued" },
        ...{ uploadSha: upload.sha256, uploadName: upload.name, uploadBytes: upload.bytes },
        sideSha: files.side?.sha256,
        events: { create: { state: "queued", message: `Received ${upload.name}, ${upload.bytes} bytes` } },
      },
    });
    if (asked) await remember(tx, viewer, asked, submission.id);
    await enqueueSubmission(queue, tx, submission.id);
    await announce(tx, submission.id);
    return { ok: true, submission };
  });
}

/** The very file that the viewer has submitted already and that was not refused. What others submitted stays unsaid. */
async function sameUpload(
  tx: Prisma.TransactionClient,
  viewer: Viewer,
  challenge: Challenge,
  uploadSha: string,
  sideSha: string | null,
): Promise<Refused | null> {
  const same = await tx.submission.findFirst({
    where: {
      ...{ personId: viewer.id, challengeId: challenge.id, uploadSha, sideSha },
      state: { notIn: ["rejected", "failed"] },
    },
  });
  if (!same) return null;
  return refuse(409, {
    code: "duplicate-upload",
    message: "You have submitted this very file already.",
    where: `submission ${same.id}`,
    found: `SHA-256 ${uploadSha}`,
  });
}
