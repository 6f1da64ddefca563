import { z } from "@hono/zod-openapi";
import { AttackForm, DefenseForm, type SubmissionKind } from "#contest/submission.ts";
import { receiveUpload } from "#data/uploads.ts";
import { SlugParam } from "./challenges.ts";
import { type Api, somebody } from "./context.ts";
import { toForm } from "./form-answer.ts";
import { errors, granted } from "./problem-json.ts";

const Created = z
  .object({ id: z.string(), status: z.literal("queued"), url: z.string().describe("GET it to see what becomes of it") })
  .openapi("Created");

export const IdempotencyHeader = z.object({
  "Idempotency-Key": z.string().max(257).optional().openapi({
    description:
      "Sent again with the same key within 24 hours, the same request is answered again and not done again; another request with it is refused (422)",
  }),
});

const File = z.any().openapi({ type: "string", format: "binary" });
const forms = {
  defenses: DefenseForm.extend({
    model: File.openapi({ description: "ONNX model, or a zip of model.onnx and model.onnx.data" }),
    side: File.optional().openapi({ description: "The model's .onnx.data file, where there is one" }),
  }),
  attacks: AttackForm.extend({
    examples: File.openapi({ description: ".npy, or .npz with x_adv and optionally index" }),
  }),
};

export function uploadRoutes(api: Api): void {
  add(api, "defenses", "defense", "Submit a defense");
  add(api, "attacks", "attack", "Submit an attack");
}

/** Registered by hand: the library would read the whole form into memory to validate it. */
function add(api: Api, path: "defenses" | "attacks", kind: SubmissionKind, summary: string): void {
  api.openAPIRegistry.registerPath({
    method: "post",
    path: `/challenges/{slug}/${path}`,
    summary,
    security: [{ token: ["submit"] }],
    request: {
      params: SlugParam,
      headers: IdempotencyHeader,
      body: { required: true, content: { "multipart/form-data": { schema: forms[path] } } },
    },
    responses: {
      201: { description: "Received and queued", content: { "application/json": { schema: Created } } },
      ...errors(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
    },
  });
  api.post(`/challenges/:slug/${path}`, async (c) => {
    const viewer = somebody(c, "submit");
    const slug = c.req.param("slug");
    const outcome = await receiveUpload(viewer, slug, kind, c.req.raw);
    // A form that was sent without JavaScript gets a page, not JSON.
    if (c.var.caller.by === "session" && c.req.header("accept")?.includes("text/html"))
      return toForm(outcome, slug, kind, c.req.raw);
    const { submission } = granted(outcome);
    const url = `/api/v1/submissions/${submission.id}`;
    return c.json({ id: submission.id, status: "queued", url }, 201, { location: url });
  });
}
