import type { SubmissionKind } from "#contest/submission.ts";
import { keepForm } from "#data/kept-form.ts";
import type { receiveUpload } from "#data/uploads.ts";

/**
 * The answer to a form that was sent without JavaScript: on to the submission's page, or back to the form, which then
 * finds what was typed and what was wrong in a cookie.
 */
export function toForm(
  outcome: Awaited<ReturnType<typeof receiveUpload>>,
  slug: string,
  kind: SubmissionKind,
  request: Request,
): Response {
  if (outcome.ok)
    return new Response(null, { status: 303, headers: { location: `/submissions/${outcome.submission.id}` } });
  const back = `/challenges/${encodeURIComponent(slug)}/submit/${kind}`;
  const cookie = keepForm({ problems: outcome.problems, fields: outcome.fields ?? {} }, back, request);
  return new Response(null, { status: 303, headers: { location: back, "set-cookie": cookie } });
}
