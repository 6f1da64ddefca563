import { afterAll, beforeAll, expect, test } from "vitest";
import { allOnes, setBit } from "#contest/bits.ts";
import { NOT_ATTACKED } from "#contest/verdict.ts";
import { DOZEN } from "#data/gallery-rule.ts";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type RoleName, type Site } from "#data/testing/site.ts";
import type { Viewer } from "#data/viewer.ts";

const N = 40;
const FIRST = [3, 30];
const SECOND = Array.from({ length: 20 }, (_, i) => i + 4);
/** Not among the first twelve to fall. */
const LATE = 23;
let site: Site;
let id: string;

beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, N, { revealsAt: new Date(Date.now() + 3_600_000) });
  const defense = await addDefense(db, challenge, people.other.id, N);
  id = defense.id;
  const stage = async (subject: string, broken: number[], withstood: number[] = []) => {
    const bits = allOnes(N);
    const answers = new Uint16Array(N).fill(NOT_ATTACKED);
    for (const point of withstood) answers[point] = 0;
    for (const point of broken) {
      setBit(bits, point, false);
      answers[point] = 1;
    }
    const points = [...broken, ...withstood].sort((a, b) => a - b);
    // The first pixel of a row is its point's number, so that a wrong row would show.
    const rows = Float32Array.from(points.flatMap((point) => [point / 255, 0, 0, 0]));
    await db.evaluation.create({
      data: {
        ...{ challengeId: challenge.id, defenseId: id, kind: "house", subject, evaluatorVersion: "1", bits },
        ...{ answers: new Uint8Array(answers.buffer), attacked: N, broken: broken.length, seconds: 1, seed: "0" },
        ...{ ortVersion: "1", provider: "cpu", cpu: "test", modelSha: "", pointsSha: challenge.pointsSha },
        examplesSha: (await site.putBytes(new Uint8Array(rows.buffer))).sha256,
      },
    });
  };
  await stage("quick/apgd-ce", FIRST, [2]);
  await stage("full/apgd-t", [3, ...SECOND]);
});
afterAll(() => site.close());

function viewer(role: RoleName | null): Viewer | null {
  return role && { id: site.people[role].id, handle: role, name: role, role: "member", verified: true };
}

async function gallery(role: RoleName | null) {
  const { readHouseGallery } = await import("#data/house-gallery.ts");
  return (await readHouseGallery(viewer(role), id))!;
}

async function picture(role: RoleName | null, point: number, name: "clean" | "adversarial" | "difference") {
  const { readHousePicture } = await import("#data/example-picture.ts");
  return readHousePicture(viewer(role), id, point, name);
}

test("points are told in the order in which they fell, each once, with both labels and what broke it", async () => {
  const { fell, dozen } = await gallery(null);
  expect(fell.map(({ point }) => point)).toEqual([...FIRST, ...SECOND]);
  expect(dozen).toEqual(fell.slice(0, DOZEN));
  expect(fell[0]).toMatchObject({ point: 3, label: "a", answer: "b", attack: "APGD-CE", row: 1 });
  expect(fell[2]).toMatchObject({ point: 4, attack: "APGD-T" });
});

test("a stranger may see a dozen, the author all of them", async () => {
  expect((await gallery(null)).open).toHaveLength(DOZEN);
  expect((await gallery("member")).open).toHaveLength(DOZEN);
  expect((await gallery("other")).open).toHaveLength(FIRST.length + SECOND.length);
  expect(await picture(null, LATE, "adversarial")).toEqual({ ok: false, reason: "closed" });
  expect(await picture(null, LATE, "difference")).toEqual({ ok: false, reason: "closed" });
  expect(await picture("other", LATE, "adversarial")).toMatchObject({ ok: true, shared: false });
  expect(await picture(null, 3, "adversarial")).toMatchObject({ ok: true, shared: true });
  expect(await picture(null, LATE, "clean")).toMatchObject({ ok: true, shared: true });
});

test("the picture is of the point's own example", async () => {
  const { drawInput } = await import("#data/pixels.ts");
  const { encodePng } = await import("#data/png.ts");
  for (const point of [3, 30]) {
    const { samples, width, height } = drawInput(Float32Array.of(point / 255, 0, 0, 0), [1, 2, 2], [0, 1]);
    expect(await picture(null, point, "adversarial")).toMatchObject({ png: encodePng(samples, width, height) });
  }
});

test("a point that withstood, or no defense at all, has no picture", async () => {
  expect(await picture("other", 2, "adversarial")).toEqual({ ok: false, reason: "missing" });
  const { readHousePicture } = await import("#data/example-picture.ts");
  expect(await readHousePicture(null, "nothing", 3, "clean")).toEqual({ ok: false, reason: "missing" });
});
