import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plain } from "#data/search-pieces.ts";
import type { Given } from "#data/table.ts";
import { addAttack, addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type RoleName, type Site } from "#data/testing/site.ts";
import type { Viewer } from "#data/viewer.ts";

let site: Site;
let smooth: string;

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10, { title: "Sunflower digits", slug: "sunflower" });
  const defense = async (name: string, description: string, state: "scored" | "evaluating") => {
    const made = await addDefense(db, challenge, people.member.id, 5, { name });
    await db.submission.update({ where: { id: made.id }, data: { name, state, form: { description } } });
    return made.id;
  };
  smooth = await defense("Randomised smoothing", "Gaussian noise, then a vote; see <b>Cohen</b>.", "scored");
  await defense("Évariste's lattice", "", "scored");
  await defense("درع عصبي", "", "scored");
  await defense("Unfinished zebra", "A secret so far", "evaluating");
  const attack = await addAttack(db, challenge, people.other.id);
  await db.submission.update({ where: { id: attack.id }, data: { name: "Sledgehammer" } });
  await db.attack.update({ where: { id: attack.id }, data: { name: "Sledgehammer" } });
  await db.submission.create({
    data: {
      ...{
        kind: "defense",
        name: "Refused walrus",
        challengeId: challenge.id,
        personId: people.member.id,
        state: "rejected",
      },
      ...{ form: {}, uploadSha: "", uploadName: "", uploadBytes: 0 },
    },
  });
  const bad = { handle: "spammer", name: "Barred Person", email: "barred@example.org", bio: "cheap pineapples" };
  await db.person.create({ data: { ...bad, affiliation: "Pineapple Inc", suspendedAt: new Date() } });
  const good = { handle: "grace-h", name: "Grace Hopper", email: "nanosecond@example.org", bio: "compilers and wires" };
  await db.person.create({ data: good });
});
afterAll(() => site.close());

function viewer(role: RoleName | null): Viewer | null {
  if (role === null) return null;
  const kind = role === "admin" ? "admin" : role === "organizer" || role === "stranger" ? "organizer" : "member";
  return { id: site.people[role].id, handle: role, name: role, role: kind, verified: true };
}

async function ask(given: Given, role: RoleName | null = null) {
  const { search } = await import("#data/search.ts");
  return search(viewer(role), given);
}

async function names(q: string, kind: string, role: RoleName | null = null): Promise<string[]> {
  const { groups } = await ask({ q, kind }, role);
  return groups.find((group) => group.kind === kind)!.hits.map(({ name }) => plain(name));
}

test.each([
  ["randomised smoothing", "defenses", "Randomised smoothing"],
  ["SMOOTH", "defenses", "Randomised smoothing"],
  ["smoothed", "defenses", "Randomised smoothing"],
  ["gaussian vote", "defenses", "Randomised smoothing"],
  ["evariste", "defenses", "Évariste's lattice"],
  ["latt", "defenses", "Évariste's lattice"],
  ["درع", "defenses", "درع عصبي"],
  ["sledge", "attacks", "Sledgehammer"],
  ["hopper", "people", "Grace Hopper"],
  ["grace-h", "people", "Grace Hopper"],
  ["wires", "people", "Grace Hopper"],
  ["sunflower", "challenges", "Sunflower digits"],
  ["distillation", "archive", "Defensive Distillation"],
  ["papernot", "archive", "Defensive Distillation"],
])("%s finds, among %s, %s", async (q, kind, name) => expect(await names(q, kind)).toContain(name));

test.each([
  ["smothing", "defenses", "Randomised smoothing"],
  ["randomisde", "defenses", "Randomised smoothing"],
  ["sledgehmamer", "attacks", "Sledgehammer"],
  ["hoper", "people", "Grace Hopper"],
  ["garce hopper", "people", "Grace Hopper"],
  ["sunfolwer", "challenges", "Sunflower digits"],
  ["distilation", "archive", "Defensive Distillation"],
])("mistyped, %s still finds, among %s, %s", async (q, kind, name) => {
  const { groups } = await ask({ q, kind });
  const hit = groups.find((group) => group.kind === kind)!.hits.find((found) => plain(found.name) === name);
  expect(hit?.similar).toBe(true);
});

describe("nobody finds what they may not see", () => {
  test.each([
    ["unfinished zebra", null, false],
    ["zebra", "other", false],
    ["secret", "stranger", false],
    ["zerba", "other", false],
    ["zebra", "member", true],
    ["zebra", "organizer", true],
    ["zebra", "admin", true],
  ] as const)("%s, asked by %s", async (q, role, found) => {
    expect((await names(q, "defenses", role)).length > 0).toBe(found);
  });

  test.each(["pineapple", "pineapples", "nanosecond", "example", "barred@example.org"])("%s", async (q) => {
    const { groups } = await ask({ q }, "admin");
    expect(
      groups.flatMap(({ hits }) => hits.map(({ href }) => href)).filter((href) => href.startsWith("/people")),
    ).toEqual([]);
  });

  test("a refused submission is found by nobody", async () => {
    for (const role of [null, "member", "admin"] as const) expect(await names("walrus", "defenses", role)).toEqual([]);
  });

  test("of a suspended person the name alone is shown", async () => {
    const { groups } = await ask({ q: "barred person", kind: "people" });
    const hit = groups.find(({ kind }) => kind === "people")!.hits[0]!;
    expect(JSON.stringify(hit)).not.toMatch(/pineapple/i);
    expect(hit.href).toBe("/people/spammer");
  });
});

test("a hit says what it is of, and marks what was asked for in text that stays text", async () => {
  const { groups } = await ask({ q: "cohen" });
  const { hits, total } = groups.find(({ kind }) => kind === "defenses")!;
  expect(total).toBe(1);
  expect(hits[0]).toMatchObject({ id: smooth, href: `/defenses/${smooth}`, similar: false });
  expect(hits[0]!.facts).toEqual(["Sunflower digits", "member", "standing, 50 %"]);
  expect(plain(hits[0]!.excerpt!)).toContain("<b>Cohen</b>");
  expect(hits[0]!.excerpt!.filter((piece) => piece.marked)).toEqual([{ text: "Cohen", marked: true }]);
});

test.each([
  ["nothing", ""],
  ["NUL", "\0\0"],
  ["wildcards", "%_\\"],
  ["quotes", `'";--`],
  ["operators of full text", "!!! & | <-> :* ()"],
  ["a direction", "\u202e\u2066"],
  ["half a character", "\ud800"],
])("%s asks for nothing", async (_name, q) => {
  const { words, groups, problems } = await ask({ q });
  expect([words, groups, problems]).toEqual([[], [], []]);
});

test.each([
  `zebra' OR '1'='1`,
  "smoothing:* & !noise | <2>",
  "smoothing\0noise",
  "\ud800smoothing",
  "the",
  "a",
  "%smoothing%",
  "Ａ１ ﬁ ß İ",
  "x".repeat(200),
  Array.from({ length: 40 }, (_, i) => `w${i}`).join(" "),
])("%j is answered", async (q) => {
  const { groups } = await ask({ q });
  expect(groups.map(({ kind }) => kind)).toEqual(["challenges", "defenses", "attacks", "people", "archive"]);
});

test("ten thousand letters are refused with a reason", async () => {
  const { problems, words } = await ask({ q: "x".repeat(10_000) });
  expect(problems).toMatchObject([{ code: "bad-parameter", where: "q", expected: "a text of at most 200 characters" }]);
  expect(words).toEqual([]);
});

test("the pages of one kind hold every hit once", async () => {
  const { groups } = await ask({ q: "adversarial training", kind: "archive", size: "100" });
  const all = groups.find(({ kind }) => kind === "archive")!;
  expect(all.total).toBeGreaterThan(20);
  const ids: string[] = [];
  for (let page = 1; ids.length < all.total; page++) {
    const { groups: one } = await ask({ q: "adversarial training", kind: "archive", size: "10", page: String(page) });
    const { hits } = one.find(({ kind }) => kind === "archive")!;
    expect(hits.length).toBeGreaterThan(0);
    ids.push(...hits.map(({ id }) => id));
  }
  expect(ids).toEqual(all.hits.map(({ id }) => id).concat(ids.slice(all.hits.length)));
  expect(new Set(ids).size).toBe(all.total);
});

test.each(["defenses", "attacks", "people"] as const)(
  "%s are found by their indexes, whatever is asked",
  async (kind) => {
    const { exactQuestion, nearQuestion, settings } = await import("#data/search-database.ts");
    const { Prisma } = await import("#store/generated/client.ts");
    const plan = async (question: InstanceType<typeof Prisma.Sql> | ReturnType<typeof exactQuestion>) => {
      const [, lines] = await site.db.$transaction([
        site.db.$queryRaw`${settings(["smoothing"])}`,
        site.db.$queryRaw<{ "QUERY PLAN": string }[]>`EXPLAIN ${question}`,
      ]);
      return lines.map((line) => line["QUERY PLAN"]).join("\n");
    };
    const table = kind === "people" ? "Person" : "Submission";
    const exact = await plan(exactQuestion(kind, viewer("member"), ["randomised", "smooth"]));
    expect(exact).toContain(`${table}_words`);
    expect(exact).toContain(`${table}_name_prefix`);
    const near = await plan(nearQuestion(kind, null, ["smothing", "of"]));
    expect(near).toContain(`${table}_name_trigrams`);
    expect(near).toContain(`${table}_words`);
  },
);
