import { afterAll, beforeAll, expect, test } from "vitest";
import { addAttack, addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

const N = 10;
const day = (n: number) => new Date(Date.UTC(2026, 10, n));
let site: Site;
let slug: string;
let defenseId: string;
const READERS = {
  site: () => import("./feed.xml/route.ts").then(({ GET }) => GET),
  challenge: () => import("./challenges/[slug]/feed.xml/route.ts").then(({ GET }) => GET),
  defense: () => import("./defenses/[id]/feed.xml/route.ts").then(({ GET }) => GET),
  person: () => import("./people/[handle]/feed.xml/route.ts").then(({ GET }) => GET),
};

async function ask(of: keyof typeof READERS, params = {}, headers = {}): Promise<Response> {
  const GET = (await READERS[of]()) as (request: Request, context: { params: Promise<object> }) => Promise<Response>;
  return GET(new Request("http://127.0.0.1:3000/", { headers }), { params: Promise.resolve(params) });
}

async function titles(of: keyof typeof READERS, params = {}): Promise<string[]> {
  const xml = await (await ask(of, params)).text();
  return [...xml.matchAll(/<entry>\n<id>.*<\/id>\n<title>(.*)<\/title>/g)].map(([, title]) =>
    title!.replaceAll(/[\u2068\u2069]/g, "").replaceAll("\u00a0", " "),
  );
}

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, N, { title: "Ours", createdAt: day(1) });
  slug = challenge.slug;
  const attack = await addAttack(db, challenge, people.member.id);
  const defense = await addDefense(db, challenge, people.other.id, 2, { name: "Thick skin", withdrawnAt: day(6) });
  defenseId = defense.id;
  const row = { challengeId: challenge.id, defenseId, evaluatorVersion: "1" };
  const fall = { ...row, attackId: attack.id, standingBefore: 9, standingAfter: 2, taken: 7, at: day(4) };
  await db.historyRecord.createMany({
    data: [
      { ...row, kind: "claimed", at: day(2), detail: { claim: 0.5 } },
      { ...row, kind: "admitted", standingAfter: 9, at: day(3) },
      { ...fall, kind: "fell" },
      { ...fall, kind: "broken", threshold: "weakened" },
      { ...fall, kind: "broken", threshold: "broken" },
      { ...row, kind: "faced", at: day(5), detail: { faced: 1 } },
      { ...row, kind: "withdrawn", at: day(6) },
      { challengeId: challenge.id, attackId: attack.id, kind: "withdrawn", evaluatorVersion: "1", at: day(7) },
    ],
  });
});
afterAll(() => site.close());

const OF_ALL = [
  expect.stringMatching(/^Attack \d+ was withdrawn by its author$/),
  "Thick skin was withdrawn by its author",
  "Thick skin is broken: 90.0 % → 20.0 %",
  "Thick skin entered Ours",
];

test("site and challenge tell what concerns all, the latest first, and a fall once, by the lowest threshold", async () => {
  expect(await titles("site")).toEqual(OF_ALL);
  expect(await titles("challenge", { slug })).toEqual(OF_ALL);
  expect(await titles("challenge", { slug: "tiny" })).toEqual([]);
});

test("a defense's feed has its whole record", async () => {
  expect(await titles("defense", { id: defenseId })).toEqual([
    "Thick skin was withdrawn by its author",
    "Thick skin has faced 1 attack",
    "Thick skin is broken: 90.0 % → 20.0 %",
    "Thick skin entered Ours",
    "Thick skin claims 50.0 % robust accuracy",
  ]);
});

test("a person's feed has what became of their defenses, and what their attacks broke", async () => {
  expect(await titles("person", { handle: "other" })).toEqual(OF_ALL.slice(1));
  expect(await titles("person", { handle: "member" })).toEqual([OF_ALL[0], OF_ALL[2]]);
});

test("what was rejected, failed or is on its way is in no feed, and neither is anybody's address", async () => {
  const { db, people, challenge } = site;
  const upload = { uploadSha: "", uploadName: "secret-file", uploadBytes: 0, form: {}, name: "Secret plan" };
  for (const state of ["received", "queued", "validating", "evaluating", "rejected", "failed"] as const)
    await db.submission.create({
      data: { kind: "defense", challengeId: challenge.id, personId: people.other.id, state, ...upload },
    });
  const feeds = await Promise.all([
    ask("site"),
    ask("challenge", { slug: "tiny" }),
    ask("person", { handle: "other" }),
    ask("defense", { id: defenseId }),
  ]);
  for (const feed of feeds) expect(await feed.text()).not.toMatch(/secret|@example\.org/i);
});

test("a reader who has a feed already is told so, and no more, until something happens", async () => {
  const first = await ask("site");
  const etag = first.headers.get("etag")!;
  const modified = first.headers.get("last-modified")!;
  expect(first.headers.get("cache-control")).toBe("public, max-age=60");
  expect(modified).toBe(day(7).toUTCString());
  for (const known of [
    { "if-none-match": etag },
    { "if-none-match": `"other", ${etag.slice(2)}` },
    { "if-modified-since": modified },
  ]) {
    const again = await ask("site", {}, known);
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
  }
  const stale = { "if-none-match": '"other"', "if-modified-since": modified };
  expect((await ask("site", {}, stale)).status).toBe(200);
  const { id, challengeId } = (await site.db.defense.findUnique({ where: { id: defenseId } }))!;
  const row = { challengeId, defenseId: id, evaluatorVersion: "1", kind: "rescored" as const, at: day(8) };
  await site.db.historyRecord.create({ data: row });
  expect((await ask("site", {}, { "if-none-match": etag })).status).toBe(200);
  expect((await ask("site", {}, { "if-modified-since": modified })).status).toBe(200);
});

test("feeds are bounded", async () => {
  const { FEED_LENGTH } = await import("#data/feeds.ts");
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, N, { slug: "long", createdAt: day(1) });
  const row = { challengeId: challenge.id, kind: "led" as const, evaluatorVersion: "1" };
  const data = Array.from({ length: 3 * FEED_LENGTH }, (_, i) => ({ ...row, at: new Date(day(9).getTime() + i) }));
  await db.historyRecord.createMany({ data });
  expect(await titles("challenge", { slug: "long" })).toHaveLength(FEED_LENGTH);
});

test("nothing that does not exist has a feed", async () => {
  for (const [of, params] of [
    ["challenge", { slug: "none" }],
    ["defense", { id: "none" }],
    ["person", { handle: "none" }],
  ] as const)
    expect((await ask(of, params)).status).toBe(404);
});
