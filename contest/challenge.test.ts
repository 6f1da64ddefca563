import { describe, expect, test } from "vitest";
import { arenaOf, ChallengeFile, Link, Name, Slug } from "#contest/challenge.ts";
import { sampleChallenge } from "#contest/challenge-sample.ts";

type Sample = ReturnType<typeof sampleChallenge>;

/** The places at which a sample with one change is refused. */
function refusedAt(change: (sample: Sample) => void): string[] {
  const sample = sampleChallenge();
  change(sample);
  return ChallengeFile.safeParse(sample).error?.issues.map(({ path }) => path.join(".")) ?? [];
}

test("what is left out has its default, and the rules see the challenge in numbers", () => {
  const challenge = ChallengeFile.parse(sampleChallenge());
  expect(challenge).toMatchObject({
    draws: 33,
    limits: { defensesPerDay: 5, attacksPerDay: 20 },
    baselines: { defenses: [], attacks: [] },
    data: { layout: "NCHW" },
    test: false,
  });
  expect(arenaOf(challenge, 7)).toEqual({
    ...{ norm: "Linf", epsilon: 8 / 255, range: [0, 1], grid: 255, shape: [1, 2, 2] },
    ...{ classes: 3, points: 7 },
  });
});

const put = (key: string, value: unknown) => (place: object) => void Object.assign(place, { [key]: value });

describe("a challenge is refused, and its place named, where", () => {
  test.each<[string, string, (sample: Sample) => void]>([
    ["a key is unknown", "", put("epsilon", 0.3)],
    ["a key inside is unknown", "limits", ({ limits }) => put("attackPerDay", 3)(limits)],
    ["thresholds do not fall", "thresholds", ({ thresholds }) => put("broken", 0.7)(thresholds)],
    ["the lowest threshold is not lowest", "thresholds", ({ thresholds }) => put("collapsed", 0.5)(thresholds)],
    ["the range is empty", "data.range", ({ data }) => put("range", [1, 1])(data)],
    ["one input has over a million values", "data.shape", ({ data }) => put("shape", [4, 4096, 4096])(data)],
    ["the shape is not [C,H,W]", "data.shape", ({ data }) => put("shape", [28, 28])(data)],
    ["the radius lies between two grid steps", "threatModel.epsilon", (s) => put("epsilon", 0.3)(s.threatModel)],
    [
      "an L0 radius is no whole number",
      "threatModel.epsilon",
      (s) => put("threatModel", { norm: "L0", epsilon: 1.5 })(s),
    ],
    ["it closes when it opens", "dates.closes", ({ dates }) => put("closes", "2026-11-01T01:00:00+01:00")(dates)],
    ["a time has no zone", "dates.opens", ({ dates }) => put("opens", "2026-11-01T00:00:00")(dates)],
    ["models can be asked that are open", "queries", put("queries", { answers: "labels", budget: 1000 })],
    ["models are closed and cannot be asked", "queries", (s) => put("access", "query")(s.threatModel)],
    ["the draws are even", "draws", put("draws", 4)],
    ["a fraction is a percentage", "minimumCleanAccuracy", put("minimumCleanAccuracy", 50)],
    ["there is one class", "data.classes", ({ data }) => put("classes", ["all"])(data)],
    ["a file lies outside", "data.points.x", ({ data }) => put("x", "../points.npy")(data.points)],
    ["a file is absolute", "data.points.x", ({ data }) => put("x", "/etc/passwd")(data.points)],
    ["a file is hidden", "data.points.y", ({ data }) => put("y", "data/.y.npy")(data.points)],
    ["the layout is unknown", "data.layout", ({ data }) => put("layout", "NHWC")(data)],
  ])("%s", (_, place, change) => expect(refusedAt(change)).toEqual([place]));
});

test("models of access query answer with what the challenge says, within a budget", () => {
  const sample = sampleChallenge();
  put("access", "query")(sample.threatModel);
  put("queries", { answers: "scores", budget: 5000 })(sample);
  expect(ChallengeFile.parse(sample).queries).toEqual({ answers: "scores", budget: 5000 });
});

test("every rule across fields is checked at once", () => {
  const places = refusedAt((sample) => {
    put("epsilon", 0.3)(sample.threatModel);
    put("range", [1, 0])(sample.data);
    put("weakened", 0.1)(sample.thresholds);
  });
  expect(places.toSorted()).toEqual(["data.range", "threatModel.epsilon", "thresholds"]);
});

test("a radius between two steps is answered with the fractions around it", () => {
  const sample = sampleChallenge();
  sample.threatModel.epsilon = 0.3;
  expect(ChallengeFile.safeParse(sample).error!.issues[0]!.message).toContain("76/255");
});

test("without a grid any radius is good", () => {
  expect(
    refusedAt((sample) => {
      sample.data.grid = null;
      sample.threatModel.epsilon = 0.3;
    }),
  ).toEqual([]);
});

test.each([
  [Name, ["FGSM", "  trimmed ", "名前"], ["", "   ", "two\nlines", "a\u202eb", "x".repeat(81)]],
  [
    Link,
    ["https://arxiv.org/abs/1706.06083", "http://localhost:1/x"],
    ["javascript:alert(1)", "arxiv.org", "ftp://a.b"],
  ],
  [Slug, ["mnist-linf", "a1"], ["a", "-a", "a-", "a--b", "A1", "a_b", "../a", `a${"b".repeat(200)}`]],
])("names, links and addresses: %# ", (schema, good, bad) => {
  expect(good.filter((text) => !schema.safeParse(text).success)).toEqual([]);
  expect(bad.filter((text) => schema.safeParse(text).success)).toEqual([]);
});
