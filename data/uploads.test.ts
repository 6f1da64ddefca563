import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SubmissionKind } from "#contest/submission.ts";
import { openSite, type Site } from "#data/testing/site.ts";
import type { Viewer } from "#data/viewer.ts";
import { mountDisk, noDisk } from "#store/testing/small-disk.ts";

let site: Site;
let receiveUpload: typeof import("#data/uploads.ts")["receiveUpload"];
beforeAll(async () => {
  site = await openSite();
  ({ receiveUpload } = await import("#data/uploads.ts"));
});
afterAll(() => site.close());
beforeEach(async () => {
  await site.db.submissionEvent.deleteMany();
  await site.db.submission.deleteMany();
  await site.db.rateLimiterFlexible.deleteMany();
});

const viewer = (name: "member" | "other" = "member"): Viewer => ({
  ...{ id: site.people[name].id, handle: name, name, role: "member", verified: true },
});

let made = 0;
type Parts = Record<string, string | File | (string | File)[]>;
const attack = (): Parts => ({ name: "Noise", examples: new File([`examples ${made++}`], "x.npz") });
const defense = (): Parts => ({
  name: "Net",
  claim: "0.5",
  licence: "MIT",
  model: new File([`model ${made++}`], "m.onnx"),
});

function request(parts: Parts): Request {
  const form = new FormData();
  for (const [name, values] of Object.entries(parts)) for (const value of [values].flat()) form.append(name, value);
  return new Request("http://site/", { method: "POST", body: form });
}

/** The same form, its bytes changed on the way. */
async function altered(
  parts: Parts,
  change: (body: Buffer) => Buffer,
  headers: Record<string, string> = {},
): Promise<Request> {
  const whole = request(parts);
  const body = change(Buffer.from(await whole.arrayBuffer()));
  const type = whole.headers.get("content-type")!;
  return new Request("http://site/", {
    method: "POST",
    body: new Uint8Array(body),
    headers: { "content-type": type, ...headers },
  });
}

const send = (sent: Request, kind: SubmissionKind = "attack", slug = "tiny") =>
  receiveUpload(viewer(), slug, kind, sent);
async function refusal(sent: Request, kind?: SubmissionKind): Promise<[number, ...string[]]> {
  const outcome = await send(sent, kind);
  if (outcome.ok) throw new Error("it was accepted");
  return [outcome.status, ...outcome.problems.map(({ code }) => code)];
}

test("a submission, its first event and its job come into being together, and the file lies under its hash", async () => {
  const outcome = await send(request({ ...defense(), side: new File(["weights"], "m.onnx.data") }), "defense");
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  const row = await site.db.submission.findUniqueOrThrow({
    where: { id: outcome.submission.id },
    include: { events: true },
  });
  expect(row).toMatchObject({ state: "queued", attempt: "pending", name: "Net", uploadName: "m.onnx" });
  expect(row.form).toEqual({ claim: 0.5, licence: "MIT", description: "" });
  expect(row.events).toHaveLength(1);
  const jobs = await site.db.$queryRaw`SELECT data FROM pgboss.job WHERE name = 'evaluate' AND data->>'id' = ${row.id}`;
  expect(jobs).toEqual([{ data: { id: row.id } }]);
  const { readArtifact } = await import("#store/artifacts.ts");
  expect((await readArtifact(row.uploadSha)).toString()).toMatch(/^model \d+$/);
  expect((await readArtifact(row.sideSha!)).toString()).toBe("weights");
});

test.each<[string, SubmissionKind, () => Parts, number, ...string[]]>([
  ["no file", "attack", () => ({ name: "x" }), 422, "missing-file"],
  ["an empty file", "attack", () => ({ ...attack(), examples: new File([], "x.npz") }), 422, "empty-file"],
  [
    "two files",
    "attack",
    () => ({ ...attack(), examples: [new File(["a"], "a"), new File(["b"], "b")] }),
    422,
    "two-files",
  ],
  ["two values", "attack", () => ({ ...attack(), name: ["a", "b"] }), 422, "two-values"],
  ["a file as text", "attack", () => ({ name: "x", examples: "bytes" }), 422, "file-as-text"],
  ["an unknown field", "attack", () => ({ ...attack(), nmae: "x" }), 422, "unknown-field"],
  ["an unknown file", "attack", () => ({ ...attack(), model: new File(["a"], "a") }), 422, "unknown-file"],
  ["no name", "attack", () => ({ ...attack(), name: "" }), 422, "bad-field"],
  [
    "fields that are missing",
    "defense",
    () => ({ model: new File(["a"], "a") }),
    422,
    "missing-field",
    "bad-field",
    "missing-field",
  ],
  ["a claim in percent", "defense", () => ({ ...defense(), claim: "85" }), 422, "bad-field"],
  ["a link that runs", "defense", () => ({ ...defense(), code: "javascript:alert(1)" }), 422, "bad-field"],
  [
    "a file that is too large",
    "attack",
    () => ({ ...attack(), examples: new File([new Uint8Array(2 ** 20 + 1)], "x") }),
    413,
    "too-large",
  ],
  [
    "a field that is too long",
    "attack",
    () => ({ ...attack(), description: "x".repeat(100_001) }),
    422,
    "field-too-long",
  ],
  ["a target elsewhere", "attack", () => ({ ...attack(), target: "nowhere" }), 422, "unknown-target"],
])("%s is refused with its own code", async (_name, kind, parts, status, ...codes) => {
  const [found, ...problems] = await refusal(request(parts()), kind);
  expect(found).toBe(status);
  for (const code of codes) expect(problems).toContain(code);
  expect(await site.db.submission.count()).toBe(0);
});

test("an upload that ends early is refused at whatever byte it ends, and leaves nothing half-written", async () => {
  const parts = attack();
  const { length } = Buffer.from(await request(parts).arrayBuffer());
  for (let at = 0; at < length - 2; at += 7) {
    const cut = await altered(parts, (body) => body.subarray(0, at));
    expect([at, ...(await refusal(cut))]).toEqual([at, 400, "upload-truncated"]);
  }
  expect(await readdir(join(site.folder, "artifacts/incoming"))).toEqual([]);
  expect(await site.db.submission.count()).toBe(0);
});

test("a body of another length than Content-Length is refused", async () => {
  const parts = attack();
  const { length } = Buffer.from(await request(parts).arrayBuffer());
  const longer = await altered(parts, (body) => body, { "content-length": String(length + 5) });
  expect(await refusal(longer)).toEqual([400, "upload-truncated"]);
});

test("a length beyond every limit is refused before a byte is read", async () => {
  let read = 0;
  const pull = (controller: ReadableStreamDefaultController) => controller.enqueue(new Uint8Array(++read));
  const endless = new ReadableStream({ pull }, { highWaterMark: 0 });
  const headers = { "content-type": "multipart/form-data; boundary=x", "content-length": "999999999" };
  const sent = new Request("http://site/", { method: "POST", body: endless, duplex: "half", headers } as RequestInit);
  expect(await refusal(sent)).toEqual([413, "too-large"]);
  expect(read).toBe(0);
});

test("what is no multipart form, or a broken one, is refused", async () => {
  const json = new Request("http://site/", {
    method: "POST",
    body: "{}",
    headers: { "content-type": "application/json" },
  });
  expect(await refusal(json)).toEqual([415, "not-multipart"]);
  const noise = { "content-type": "multipart/form-data; boundary=other" };
  expect(await refusal(await altered(attack(), (body) => body, noise))).toEqual([400, "upload-truncated"]);
});

test("uploads at once never overspend the attempts; what fails on our side gives its attempt back", async () => {
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => send(request(attack()))));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(3);
  expect(await site.db.submission.count()).toBe(3);
  expect(await refusal(request(attack()))).toEqual([429, "no-attempts-left"]);
  const { id } = await site.db.submission.findFirstOrThrow();
  await site.db.submission.update({ where: { id }, data: { state: "failed", attempt: "refunded" } });
  expect((await send(request(attack()))).ok).toBe(true);
  expect(await refusal(request(attack()))).toEqual([429, "no-attempts-left"]);
});

test("attempts are counted by kind, by person, and over 24 hours", async () => {
  for (let i = 0; i < 3; i++) expect((await send(request(attack()))).ok).toBe(true);
  expect((await send(request(defense()), "defense")).ok).toBe(true);
  expect((await receiveUpload(viewer("other"), "tiny", "attack", request(attack()))).ok).toBe(true);
  await site.db.submission.updateMany({ data: { receivedAt: new Date(Date.now() - 24 * 3600_000 - 1000) } });
  expect((await send(request(attack()))).ok).toBe(true);
});

test("the very same file is refused, unless it was refused before or is somebody else's", async () => {
  const parts = attack();
  expect((await send(request(parts))).ok).toBe(true);
  expect(await refusal(request(parts))).toEqual([409, "duplicate-upload"]);
  expect((await receiveUpload(viewer("other"), "tiny", "attack", request(parts))).ok).toBe(true);
  await site.db.submission.updateMany({ data: { state: "rejected", attempt: "free-rejection" } });
  expect((await send(request(parts))).ok).toBe(true);
});

test("a challenge that is not open takes nothing", async () => {
  const set = (data: object) => site.db.challenge.update({ where: { id: site.challenge.id }, data });
  await set({ opensAt: new Date(Date.now() + 1e6) });
  expect(await refusal(request(attack()))).toEqual([403, "not-open-yet"]);
  await set({ opensAt: new Date(0), closesAt: new Date(1) });
  expect(await refusal(request(attack()))).toEqual([403, "closed"]);
  await set({ closesAt: null });
  expect((await send(request(attack()), "attack", "none")).ok).toBe(false);
});

test("sent again under its key, an upload is the same submission; anything else under that key is refused", async () => {
  const keyed = async (parts: Parts, key: string) => {
    const whole = request(parts);
    whole.headers.set("idempotency-key", key);
    return receiveUpload(viewer(), "tiny", "attack", whole);
  };
  const parts = attack();
  const once = await Promise.all(Array.from({ length: 5 }, () => keyed(parts, '"first"')));
  expect(new Set(once.map((outcome) => outcome.ok && outcome.submission.id)).size).toBe(1);
  expect(await site.db.submission.count()).toBe(1);
  expect(await keyed({ ...parts, name: "Other" }, "first")).toMatchObject({ status: 422 });
  expect(await keyed(attack(), "a b")).toMatchObject({ status: 400, problems: [{ code: "bad-idempotency-key" }] });
  for (const key of ["second", "third"]) expect((await keyed(attack(), key)).ok).toBe(true);
  // All attempts are spent, which is nothing to a repetition.
  expect(await keyed(attack(), "fourth")).toMatchObject({ status: 429 });
  expect(await keyed(parts, "first")).toMatchObject({ ok: true });
  await site.db.idempotentRequest.updateMany({ data: { at: new Date(Date.now() - 24 * 3600_000 - 1000) } });
  expect(await keyed(parts, "first")).toMatchObject({ status: 429 });
});

test("a refused upload may be put right under the same key", async () => {
  const keyed = (parts: Parts) => {
    const whole = request(parts);
    whole.headers.set("idempotency-key", "mended");
    return receiveUpload(viewer(), "tiny", "attack", whole);
  };
  expect(await keyed({ ...attack(), name: "" })).toMatchObject({ status: 422 });
  expect(await keyed(attack())).toMatchObject({ ok: true });
});

test.skipIf(noDisk !== null)(
  `a full disk is a fault of the site's, with when to come back; nothing is left of the upload${noDisk ? ` (skipped: ${noDisk})` : ""}`,
  async () => {
    const artifacts = join(site.folder, "artifacts");
    const disk = mountDisk(artifacts, 1);
    disk.fill();
    expect(await send(request(attack()))).toMatchObject({
      ...{ ok: false, status: 503, retryAfter: 60 },
      problems: [{ code: "not-stored" }],
    });
    expect(await site.db.submission.count()).toBe(0);
    disk.free();
    expect(await readdir(join(artifacts, "incoming")).catch(() => [])).toEqual([]);
    expect(await send(request(attack()))).toMatchObject({ ok: true });
    disk.unmount();
  },
);
