import { afterAll, beforeAll, expect, test } from "vitest";
import { addAttack, addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

const N = 10;
const day = (n: number) => new Date(Date.UTC(2026, 0, n));
let site: Site;
let ids: { slug: string; defense: string; attack: string; fall: string };
type Route = { GET: (request: Request, context: { params: Promise<never> }) => Promise<Response> };
const ROUTES = {
  defense: () => import("./defenses/[id]/cite/[format]/route.ts") as Promise<Route>,
  attack: () => import("./attacks/[id]/cite/[format]/route.ts") as Promise<Route>,
  break: () => import("./breaks/[id]/cite/[format]/route.ts") as Promise<Route>,
  board: () => import("./challenges/[slug]/defenses/cite/[format]/route.ts") as Promise<Route>,
};

async function cite(of: keyof typeof ROUTES, params: object, search = "", headers = {}): Promise<Response> {
  const { GET } = await ROUTES[of]();
  const request = new Request(`http://127.0.0.1:3000/${search}`, { headers });
  return GET(request, { params: Promise.resolve(params as never) });
}

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, N, { title: "Ours", createdAt: day(1) });
  const attack = await addAttack(db, challenge, people.member.id);
  const over = { name: "Thick {skin} & 100%", admittedAt: day(2), receivedAt: day(2), withdrawnAt: day(9) };
  const defense = await addDefense(db, challenge, people.other.id, 2, over);
  const row = { challengeId: challenge.id, defenseId: defense.id, evaluatorVersion: "1" };
  await db.historyRecord.createMany({
    data: [
      { ...row, kind: "admitted", standingAfter: 9, at: day(2) },
      { ...row, kind: "ranked", detail: { unranked: null }, at: day(3) },
      { ...row, kind: "fell", attackId: attack.id, standingBefore: 9, standingAfter: 2, taken: 7, at: day(5) },
      { ...row, kind: "ranked", detail: { unranked: "withdrawn" }, at: day(9) },
    ],
  });
  const broken = { ...row, kind: "broken" as const, threshold: "broken", attackId: attack.id };
  const fall = await db.historyRecord.create({
    data: { ...broken, standingBefore: 9, standingAfter: 2, taken: 7, at: day(5) },
  });
  ids = { slug: challenge.slug, defense: defense.id, attack: attack.id, fall: String(fall.id) };
});
afterAll(() => site.close());

test("each kind is cited in both formats, with its own address", async () => {
  const cases = [
    ["defense", { id: ids.defense }, `/defenses/${ids.defense}`],
    ["attack", { id: ids.attack }, `/attacks/${ids.attack}`],
    ["break", { id: ids.fall }, `/breaks/${ids.fall}`],
    ["board", { slug: ids.slug }, `/challenges/${ids.slug}/defenses?at=20`],
  ] as const;
  for (const [of, params, path] of cases) {
    const bib = await cite(of, { ...params, format: "bib" });
    expect(bib.headers.get("content-type")).toBe("application/x-bibtex; charset=utf-8");
    expect(await bib.text()).toContain(`\\url{http://127.0.0.1:3000${path}`);
    const cff = await cite(of, { ...params, format: "cff" });
    expect(cff.headers.get("content-disposition")).toBe('inline; filename="CITATION.cff"');
    expect(await cff.text()).toContain(`\nurl: http://127.0.0.1:3000${path}`);
  }
});

test("a withdrawn defense says so where it is cited, and its author's address is in no citation", async () => {
  const text = await (await cite("defense", { id: ids.defense, format: "bib" })).text();
  expect(text).toContain("Thick \\textbraceleft{}skin\\textbraceright{} \\& 100\\%: a defense in the challenge Ours");
  expect(text).toContain("20.0~\\% (2 of 10 points), after 0 attacks and the full gauntlet. Withdrawn on 2026-01-09.");
  expect(text).not.toContain("@example.org");
});

test("a board is cited as it stood at the moment asked for, which is good for ever", async () => {
  const at = async (moment: string) => (await cite("board", { slug: ids.slug, format: "cff" }, `?at=${moment}`)).text();
  expect(await at("2026-01-02")).toContain("abstract: 0 defenses ranked.");
  expect(await at("2026-01-04")).toContain("leads with 90.0\u00a0% robust accuracy (10 points)");
  expect(await at("2026-01-06T00:00:00Z")).toContain("leads with 20.0\u00a0% robust accuracy (10 points)");
  expect(await at("2026-01-06T00:00:00Z")).toContain("date-released: 2026-01-06");
  const etag = (await cite("board", { slug: ids.slug, format: "bib" }, "?at=2026-01-04")).headers.get("etag")!;
  const known = { "if-none-match": etag };
  expect((await cite("board", { slug: ids.slug, format: "bib" }, "?at=2026-01-04", known)).status).toBe(304);
});

test("what does not exist is not cited, and a moment that never was is refused", async () => {
  for (const [of, params] of [
    ["defense", { id: "none", format: "bib" }],
    ["attack", { id: "none", format: "cff" }],
    ["break", { id: "none", format: "bib" }],
    ["board", { slug: "none", format: "bib" }],
    ["defense", { id: ids.defense, format: "ris" }],
  ] as const)
    expect((await cite(of, params)).status).toBe(404);
  for (const state of ["queued", "rejected", "failed"] as const) {
    const upload = { uploadSha: "", uploadName: "", uploadBytes: 0, form: {}, name: "Secret plan" };
    const of = { kind: "defense" as const, challengeId: site.challenge.id, personId: site.people.other.id };
    const { id } = await site.db.submission.create({ data: { ...of, ...upload, state } });
    expect((await cite("defense", { id, format: "bib" })).status).toBe(404);
  }
  for (const at of ["2999-01-01", "1999-01-01", "soon"])
    expect((await cite("board", { slug: ids.slug, format: "bib" }, `?at=${at}`)).status).toBe(400);
});
