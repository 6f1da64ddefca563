import { afterAll, beforeAll, expect, test } from "vitest";
import { addAttack, addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

type Route = { GET: (request: Request, context: { params: Promise<never> }) => Promise<Response> };
const ROUTES = {
  defense: () => import("./defenses/[id]/preview.png/route.ts") as Promise<Route>,
  challenge: () => import("./challenges/[slug]/preview.png/route.ts") as Promise<Route>,
  break: () => import("./breaks/[id]/preview.png/route.ts") as Promise<Route>,
  person: () => import("./people/[handle]/preview.png/route.ts") as Promise<Route>,
};
let site: Site;
let places: Record<keyof typeof ROUTES, object>;

async function ask(of: keyof typeof ROUTES, params: object, headers = {}): Promise<Response> {
  const { GET } = await ROUTES[of]();
  return GET(new Request("http://127.0.0.1:3000/", { headers }), { params: Promise.resolve(params as never) });
}

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10);
  const attack = await addAttack(db, challenge, people.member.id);
  const defense = await addDefense(db, challenge, people.other.id, 2);
  const row = { challengeId: challenge.id, defenseId: defense.id, evaluatorVersion: "1" };
  await db.historyRecord.create({ data: { ...row, kind: "admitted", standingAfter: 9 } });
  const fall = await db.historyRecord.create({
    data: { ...row, kind: "broken", threshold: "broken", attackId: attack.id, standingBefore: 9, standingAfter: 2 },
  });
  places = {
    ...{ defense: { id: defense.id }, challenge: { slug: challenge.slug } },
    ...{ break: { id: String(fall.id) }, person: { handle: "member" } },
  };
});
afterAll(() => site.close());

test.each(["defense", "challenge", "break", "person"] as const)(
  "a %s has a picture, which is not sent twice",
  async (of) => {
    const answer = await ask(of, places[of]);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/png"]);
    expect([...new Uint8Array(await answer.arrayBuffer()).subarray(1, 4)]).toEqual([...Buffer.from("PNG")]);
    const again = await ask(of, places[of], { "if-none-match": answer.headers.get("etag") });
    expect(again.status).toBe(304);
  },
);

test.each(["defense", "challenge", "break", "person"] as const)("a %s that does not exist has none", async (of) => {
  const none = { id: "none", slug: "none", handle: "none" };
  expect((await ask(of, none)).status).toBe(404);
});
