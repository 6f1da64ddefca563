import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DOZEN } from "#data/gallery-rule.ts";
import { addAttack, addChallenge, addDefense, addEvaluation } from "#data/testing/entries.ts";
import { openSite, type RoleName, type Site } from "#data/testing/site.ts";
import type { Viewer } from "#data/viewer.ts";

const N = 60;
const NOW = new Date("2026-11-23T12:00:00Z");
const LATER = new Date("2027-01-01T00:00:00Z");

let site: Site;
let attackId: string;
let defenseId: string;
/** A point that broke `other`'s defense and is not among the dozen. */
let broke: number;

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, N, { revealsAt: LATER });
  attackId = (await addAttack(db, challenge, people.member.id)).id;
  defenseId = (await addDefense(db, challenge, people.other.id, N)).id;
  const { points } = await open(null);
  broke = [...Array(N).keys()].find((point) => !points.includes(point))!;
  await addEvaluation(db, challenge, attackId, defenseId, [broke]);
});
afterAll(() => site.close());

async function open(role: RoleName | null, now = NOW) {
  const { openGallery } = await import("#data/gallery.ts");
  return (await openGallery(viewer(role), attackId, now))!;
}

function viewer(role: RoleName | null): Viewer | null {
  if (role === null) return null;
  const kind = role === "admin" ? "admin" : role === "organizer" || role === "stranger" ? "organizer" : "member";
  return { id: site.people[role].id, handle: role, name: role, role: kind, verified: true };
}

describe("examples before the reveal date", () => {
  test.each([null, "stranger"] as const)("%s sees a dozen", async (role) => {
    const gallery = await open(role);
    expect(gallery.all).toBe(false);
    expect(gallery.points).toHaveLength(DOZEN);
  });

  test.each(["member", "organizer", "admin"] as const)(
    "%s, who made it or runs the challenge, sees all",
    async (role) => {
      expect((await open(role)).points).toHaveLength(N);
    },
  );

  test("the author of a defense sees the one that broke it besides the dozen", async () => {
    const { points } = await open("other");
    expect(points).toContain(broke);
    expect(points).toHaveLength(DOZEN + 1);
  });

  test("the author of the defense that the attack was made for sees all", async () => {
    await site.db.attack.update({ where: { id: attackId }, data: { targetId: defenseId } });
    expect((await open("other")).points).toHaveLength(N);
    await site.db.attack.update({ where: { id: attackId }, data: { targetId: null } });
  });
});

test("from the reveal date on everybody sees all", async () => {
  expect((await open(null, LATER)).all).toBe(true);
});

describe("pictures", () => {
  const picture = async (role: RoleName | null, point: number, name: "clean" | "adversarial" | "difference") => {
    const { readPicture } = await import("#data/example-picture.ts");
    return readPicture(viewer(role), attackId, point, name);
  };

  test("the clean input is anybody's; a closed example and its difference are not", async () => {
    expect(await picture(null, broke, "clean")).toMatchObject({ ok: true, shared: true });
    expect(await picture(null, broke, "adversarial")).toEqual({ ok: false, reason: "closed" });
    expect(await picture(null, broke, "difference")).toEqual({ ok: false, reason: "closed" });
  });

  test("what only some may see is not for shared caches", async () => {
    expect(await picture("other", broke, "adversarial")).toMatchObject({ ok: true, shared: false });
    const { points } = await open(null);
    expect(await picture("other", points[0]!, "adversarial")).toMatchObject({ ok: true, shared: true });
  });

  test("a point without an example, and an attack that is none, are missing", async () => {
    expect(await picture(null, N, "clean")).toEqual({ ok: false, reason: "missing" });
    const { readPicture } = await import("#data/example-picture.ts");
    expect(await readPicture(null, "nothing", 0, "clean")).toEqual({ ok: false, reason: "missing" });
  });
});

test("an example tells the true label and what each defense answered", async () => {
  const { readExamples } = await import("#data/gallery.ts");
  const gallery = await open("other");
  const [example] = await readExamples(viewer("other"), attackId, gallery, [broke]);
  expect(example).toMatchObject({ point: broke, label: "a", answers: [{ answer: "b", verdict: "broken" }] });
});
