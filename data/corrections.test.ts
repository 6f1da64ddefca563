import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { recordOf } from "#archive/records.ts";
import { openSite, type RoleName, type Site } from "#data/testing/site.ts";
import type { Viewer } from "#data/viewer.ts";

const RECORD = "defensive-distillation";
let site: Site;
let corrections: typeof import("#data/corrections.ts");

beforeAll(async () => {
  site = await openSite();
  corrections = await import("#data/corrections.ts");
});
afterAll(() => site.close());
beforeEach(() => site.db.rateLimiterFlexible.deleteMany().then(() => {}));

function viewer(role: RoleName): Viewer {
  const kind = role === "admin" ? "admin" : role === "organizer" || role === "stranger" ? "organizer" : "member";
  return { id: site.people[role].id, handle: role, name: role, role: kind, verified: true };
}

const FORM = { field: "claim", says: "98.5 % at another radius", source: "1511.04508", note: "Table 2" };

async function proposed(over: Partial<typeof FORM> = {}, role: RoleName = "member", record = RECORD) {
  const outcome = await corrections.proposeCorrection(viewer(role), record, { ...FORM, ...over });
  expect(outcome).toEqual({ ok: true });
  return site.db.correction.findFirstOrThrow({ orderBy: { createdAt: "desc" } });
}

const seen = async (record = RECORD) => (await corrections.readCorrections(null, record)).map(({ says }) => says);

test("a proposal is seen by its author and by those who run the site, and by nobody else until it is accepted", async () => {
  const { id } = await proposed({ says: "first" });
  expect(await seen()).toEqual([]);
  expect(await corrections.correctionsBeside(null, RECORD)).toEqual([]);
  const own = (role: RoleName) => corrections.ownCorrections(viewer(role), RECORD);
  expect((await own("member")).map((row) => row.id)).toEqual([id]);
  expect(await own("other")).toEqual([]);
  const listed = async (role: RoleName) =>
    (await corrections.listCorrections(viewer(role))).waiting.map((row) => row.id);
  expect(await listed("other")).toEqual([]);
  expect(await listed("organizer")).toEqual([id]);
  expect(await listed("admin")).toEqual([id]);
  expect(await corrections.decideCorrection(viewer("admin"), id, true, "I read it.")).toEqual({ ok: true });
  expect(await seen()).toEqual(["first"]);
});

test("what is accepted stands beside what the file says, with who, why and whence; the file stays as it is", async () => {
  const before = JSON.stringify(recordOf(RECORD));
  const { id } = await proposed({ says: "second" });
  await corrections.decideCorrection(viewer("admin"), id, true, "Table 2 says so.");
  const [beside] = (await corrections.correctionsBeside(null, RECORD)).filter(({ says }) => says === "second");
  expect(beside).toMatchObject({
    ...{ field: "claim", label: "Claim", says: "second", source: "https://arxiv.org/abs/1511.04508", note: "Table 2" },
    ...{ proposedBy: "member", acceptedBy: "admin", reason: "Table 2 says so." },
  });
  expect(beside!.was).toMatch(/: \d/);
  expect(JSON.stringify(recordOf(RECORD))).toBe(before);
});

test("the archive's exports count the corrections of each record and have them in whole", async () => {
  const { readCorrectedArchive } = await import("#data/archive-corrected.ts");
  const { toCsv } = await import("#data/csv.ts");
  const counted = async () => {
    const { columns, rows } = await readCorrectedArchive(null, {});
    expect(toCsv(columns, rows).split("\r\n")[0]).toMatch(/,corrections$/);
    const { value } = columns.at(-1)!;
    return new Map(rows.map((row) => [row.id, value(row)]));
  };
  const before = await counted();
  const { id } = await proposed({ field: "idea", says: "counted" });
  expect(await counted()).toEqual(before);
  await corrections.decideCorrection(viewer("admin"), id, true, "It counts.");
  const after = await counted();
  expect(after.get(RECORD)).toBe((before.get(RECORD) as number) + 1);
  expect([...after].filter(([record, count]) => count !== before.get(record))).toHaveLength(1);
  const all = await corrections.allCorrectionsBeside(null);
  expect(all).toContainEqual(expect.objectContaining({ id: RECORD, field: "idea", says: "counted" }));
});

test("members decide nothing, and no decision comes without a reason", async () => {
  const { id } = await proposed({ says: "third" });
  expect(await corrections.decideCorrection(viewer("member"), id, true, "mine")).toMatchObject({ status: 403 });
  expect(await corrections.decideCorrection(viewer("admin"), id, true, "  ")).toMatchObject({ status: 422 });
  expect(await corrections.decideCorrection(viewer("admin"), "nothing", true, "x")).toMatchObject({ status: 404 });
  expect((await site.db.correction.findUniqueOrThrow({ where: { id } })).accepted).toBeNull();
});

test("every decision stays on record, the latest counts, and the author is told of each", async () => {
  const { id } = await proposed({ says: "fourth" });
  await corrections.decideCorrection(viewer("admin"), id, true, "right");
  expect(await corrections.decideCorrection(viewer("organizer"), id, true, "again")).toMatchObject({ status: 404 });
  await corrections.decideCorrection(viewer("organizer"), id, false, "wrong after all");
  expect(await seen()).not.toContain("fourth");
  const row = (await corrections.ownCorrections(viewer("member"), RECORD)).find((own) => own.id === id)!;
  expect(row.decisions.map(({ accepted, reason, person }) => [accepted, reason, person.handle])).toEqual([
    [false, "wrong after all", "organizer"],
    [true, "right", "admin"],
  ]);
  const notices = await site.db.notice.findMany({
    where: { personId: site.people.member.id, text: { contains: "right" } },
  });
  expect(notices.map(({ href }) => href)).toEqual([`/archive/${RECORD}/correct`]);
  await expect(site.db.correctionDecision.deleteMany({ where: { correctionId: id } })).rejects.toThrow(/append-only/);
});

test("of two people who decide at once one decides", async () => {
  const { id } = await proposed({ says: "fifth" });
  const both = await Promise.all(
    (["admin", "organizer"] as const).map((role) => corrections.decideCorrection(viewer(role), id, true, role)),
  );
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await site.db.correctionDecision.count({ where: { correctionId: id } })).toBe(1);
});

test.each([
  ["unknown-field", { field: "result-999" }],
  ["unknown-field", { field: "__proto__" }],
  ["nothing-changes", { field: "year", says: "2016" }],
  ["bad-field", { source: "javascript:alert(1)" }],
  ["bad-field", { says: "" }],
])("%s: %j", async (code, over) => {
  const outcome = await corrections.proposeCorrection(viewer("member"), RECORD, { ...FORM, ...over });
  expect(outcome).toMatchObject({ ok: false, status: 422, problems: [{ code }] });
});

test("a record that is not there cannot be corrected", async () => {
  expect(await corrections.proposeCorrection(viewer("member"), "nothing", FORM)).toMatchObject({ status: 404 });
});

test("the same proposal twice is one, and one person has at most twenty that wait", async () => {
  const propose = (says: string) => corrections.proposeCorrection(viewer("other"), RECORD, { ...FORM, says });
  expect(await propose("once")).toEqual({ ok: true });
  expect(await propose("once")).toMatchObject({ status: 409, problems: [{ code: "proposed-already" }] });
  for (let i = 1; i < 20; i++) {
    await site.db.rateLimiterFlexible.deleteMany();
    expect(await propose(`number ${i}`)).toEqual({ ok: true });
  }
  await site.db.rateLimiterFlexible.deleteMany();
  expect(await propose("one more")).toMatchObject({ status: 429, problems: [{ code: "too-many-waiting" }] });
});

test("proposals are limited by the day", async () => {
  const answers = [];
  for (let i = 0; i < 22; i++)
    answers.push(await corrections.proposeCorrection(viewer("stranger"), RECORD, { ...FORM, says: `${i}` }));
  expect(answers.at(-1)).toMatchObject({ status: 429, problems: [{ code: "too-many-requests" }] });
});

test("what the file says by now is no correction any more", async () => {
  const { id } = await proposed({ field: "year", says: "1999" });
  await corrections.decideCorrection(viewer("admin"), id, true, "yes");
  expect(await seen()).toContain("1999");
  await site.db.correction.update({ where: { id }, data: { says: "2016" } });
  expect(await seen()).not.toContain("2016");
});
