import { createRoute, z } from "@hono/zod-openapi";
import { pointsArchive } from "#arrays/points-archive.ts";
import { ChallengeFile } from "#contest/challenge.ts";
import { ThreatModel, threatModelName } from "#contest/threat-model.ts";
import { attemptsOf } from "#data/attempts.ts";
import { pointsVersion, readPoints } from "#data/challenge-points.ts";
import { type ChallengeCard, listChallenges, readChallenge } from "#data/challenges.ts";
import { notFound } from "#data/outcome.ts";
import { type Api, OPTIONAL_TOKEN } from "./context.ts";
import { errors, Refusal } from "./problem-json.ts";

export const SlugParam = z.object({
  slug: z
    .string()
    .max(100)
    .openapi({ param: { name: "slug", in: "path" }, example: "mnist-linf" }),
});

const Summary = z
  .object({
    slug: z.string(),
    title: z.string(),
    summary: z.string(),
    phase: z.enum(["upcoming", "open", "closed"]),
    threatModel: ThreatModel.extend({ norm: z.string(), epsilon: z.number(), name: z.string() }),
    n: z.int().describe("Points"),
    grid: z.int().nullable(),
    opensAt: z.iso.datetime(),
    closesAt: z.iso.datetime().nullable(),
    defenses: z.int(),
    ranked: z.int(),
    attacks: z.int(),
    bestRobustAccuracy: z.number().nullable(),
  })
  .openapi("ChallengeSummary");

const Detail = Summary.extend({
  rules: z.string().describe("Markdown"),
  minimumCleanAccuracy: z.number(),
  thresholds: ChallengeFile.shape.thresholds,
  limits: z.object({ defensesPerDay: z.int(), attacksPerDay: z.int() }),
  draws: z.int(),
  queries: z
    .object({ answers: z.enum(["labels", "scores"]), budget: z.int() })
    .nullable()
    .describe("What models may be asked, by POST /defenses/{id}/queries; null where they are not closed"),
  revealsAt: z.iso.datetime().nullable(),
  data: z.object({
    classes: z.array(z.string()),
    shape: z.array(z.int()),
    layout: z.string(),
    range: z.array(z.number()),
    licence: z.string(),
    source: z.string(),
    points: z.string().describe("Where points.npz is"),
    pointsSha256: z.string().describe("Of x as little-endian float32 in C order: hashlib.sha256(x.tobytes())"),
    labelsSha256: z.string().describe('Of y as little-endian uint16: hashlib.sha256(y.astype("<u2").tobytes())'),
    holdout: z.int().describe("How many hidden inputs there are"),
  }),
  sha256: z.string(),
  attemptsLeft: z.object({ defenses: z.int(), attacks: z.int() }).nullable().describe("Yours; null without a token"),
}).openapi("Challenge");

function summary(challenge: Omit<ChallengeCard, "id">): z.infer<typeof Summary> {
  const { slug, title, phase, n, grid, defenses, ranked, attacks, threatModel } = challenge;
  return {
    ...{ slug, title, summary: challenge.summary, phase, n, grid, defenses, ranked, attacks },
    threatModel: { ...threatModel, name: threatModelName(threatModel, grid) },
    opensAt: challenge.opensAt.toISOString(),
    closesAt: challenge.closesAt?.toISOString() ?? null,
    bestRobustAccuracy: challenge.bestStanding === null ? null : challenge.bestStanding / n,
  };
}

const list = createRoute({
  method: "get",
  path: "/challenges",
  summary: "All challenges, those that are open first",
  responses: {
    200: {
      description: "Challenges",
      content: { "application/json": { schema: z.object({ challenges: z.array(Summary) }) } },
    },
  },
});

const read = createRoute({
  method: "get",
  path: "/challenges/{slug}",
  summary: "A challenge: threat model, rules, data, limits",
  security: OPTIONAL_TOKEN,
  request: { params: SlugParam },
  responses: {
    200: { description: "The challenge", content: { "application/json": { schema: Detail } } },
    ...errors(404),
  },
});

/** Made once for each version of a challenge's points, and kept for as long as the process lives. */
const archives = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
const MOST_ARCHIVES = 16;

async function archive(slug: string): Promise<Uint8Array<ArrayBuffer>> {
  return pointsArchive(await readPoints(null, slug));
}

export function challengeRoutes(api: Api): void {
  api.openapi(list, async (c) => c.json({ challenges: (await listChallenges(c.var.caller.viewer)).map(summary) }, 200));

  api.openapi(read, async (c) => {
    const { viewer } = c.var.caller;
    const challenge = await readChallenge(viewer, c.req.valid("param").slug);
    if (!challenge) throw new Refusal(notFound("challenge"));
    const { config } = challenge;
    const { rules, minimumCleanAccuracy, thresholds, limits, draws, queries } = config;
    const { classes, shape, layout, range, licence, source } = config.data;
    const points = `/api/v1/challenges/${challenge.slug}/points.npz`;
    const left = async (kind: "defense" | "attack") => (await attemptsOf(viewer!, challenge, kind)).left;
    return c.json(
      {
        ...summary({ ...challenge, threatModel: config.threatModel }),
        ...{ rules, minimumCleanAccuracy, thresholds, limits, draws, queries, sha256: challenge.sha256 },
        data: {
          ...{ classes, shape, layout, range, licence, source, points },
          ...{ pointsSha256: challenge.pointsSha, labelsSha256: challenge.labelsSha, holdout: challenge.holdoutN },
        },
        revealsAt: challenge.revealsAt?.toISOString() ?? null,
        attemptsLeft: viewer && { defenses: await left("defense"), attacks: await left("attack") },
      },
      200,
    );
  });

  api.openAPIRegistry.registerPath({
    method: "get",
    path: "/challenges/{slug}/points.npz",
    summary: "The public points: x float32 [n, channels, height, width] in [0,1], y int64 [n]",
    request: { params: SlugParam },
    responses: { 200: { description: "NumPy archive", content: { "application/octet-stream": {} } }, ...errors(404) },
  });
  api.get("/challenges/:slug/points.npz", async (c) => {
    const slug = c.req.param("slug");
    const version = await pointsVersion(c.var.caller.viewer, slug);
    if (!version) throw new Refusal(notFound("challenge"));
    const headers = { etag: `"${version}"`, "cache-control": "public, max-age=300" };
    if (c.req.header("if-none-match") === headers.etag) return c.body(null, 304, headers);
    if (!archives.has(version)) {
      if (archives.size >= MOST_ARCHIVES) archives.clear();
      archives.set(version, archive(slug));
      archives.get(version)!.catch(() => archives.delete(version));
    }
    return c.body(await archives.get(version)!, 200, {
      ...headers,
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="${slug}-points.npz"`,
    });
  });
}
