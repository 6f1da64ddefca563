import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiServer, serveApi } from "#commands/testing/api-server.ts";
import { gauntlet, said } from "#commands/testing/program.ts";
import { createToken } from "#data/tokens.ts";
import { type Installation, openInstallation } from "#evaluator/testing/installation.ts";
import { attackOn, linear, linearWeights, nudge, TINY, tinyPoints } from "#evaluator/testing/tiny.ts";

const SLUG = "tiny-nogrid";
const folder = mkdtempSync(join(tmpdir(), "gauntlet-terminal-"));
const file = (name: string, bytes: Uint8Array | string) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};

let site: Installation;
let server: ApiServer;
let token: string;
beforeAll(async () => {
  site = await openInstallation(TINY);
  await site.startEvaluator();
  const person = await site.person("grace");
  token = (await createToken(person, { name: "test", scopes: ["read", "submit"], days: 1 }))!;
  for (const { id } of await site.db.submission.findMany()) await site.outcome(id);
  server = await serveApi();
}, 180_000);
afterAll(async () => {
  await server?.close();
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A command to this site, with what it prints under --json parsed. */
async function told(args: string[], variables: Record<string, string> = { GAUNTLET_TOKEN: token }) {
  const own = { GAUNTLET_URL: server.url, GAUNTLET_CREDENTIALS: join(folder, "credentials.json"), ...variables };
  const { status, out, error } = await gauntlet([...args, "--json"], own);
  return { status, error, told: out === "" ? null : JSON.parse(out.split("\n")[0]!) };
}

test("challenges and boards are told in full, and as words without --json", async () => {
  expect(await told(["challenge", "list"])).toMatchObject({ status: 0, told: { challenges: [{ slug: SLUG }] } });
  expect(await told(["challenge", "show", SLUG])).toMatchObject({
    told: { slug: SLUG, attemptsLeft: { attacks: 100 } },
  });
  expect((await told(["board", SLUG])).told.rows).toHaveLength(2);
  expect((await told(["board", SLUG, "--of", "attacks"])).told.rows.length).toBeGreaterThan(0);
  const { out, status } = await gauntlet(["board", SLUG, "--site", server.url]);
  expect([status, out.split("\n").length]).toEqual([0, 4]);
  const { id } = await site.db.defense.findFirstOrThrow();
  expect((await told(["history", id])).told.history.length).toBeGreaterThan(1);
  expect(await told(["defense", "show", id])).toMatchObject({ status: 0, told: { id } });
}, 60_000);

test("an attack is checked here, submitted, waited for, and its log read; the same again is rejected", async () => {
  const attack = file(
    "good.npz",
    attackOn((row, point) => nudge(row, 7, point)),
  );
  expect(await told(["attack", "check", SLUG, attack])).toMatchObject({ status: 0, told: { ok: true } });
  const submitted = await told(["attack", "submit", SLUG, attack, "--name", "Nudge", "--wait"]);
  expect(submitted).toMatchObject({ status: 0, told: { status: "scored", kind: "attack" } });
  const { id } = submitted.told;
  expect(await told(["submission", "show", id])).toMatchObject({ status: 0, told: { id, status: "scored" } });
  const { out } = await gauntlet(["submission", "logs", id, "--follow", "--site", server.url]);
  expect(out).toMatch(/ scored +scored\n$/);
  const backwards = Array.from({ length: tinyPoints().n }, (_, i) => i).reverse();
  const same = file(
    "same.npz",
    attackOn((row, point) => nudge(row, 7, point), backwards),
  );
  const repeated = await told(["attack", "submit", SLUG, same, "--name", "Nudge", "--wait"]);
  expect(repeated).toMatchObject({
    status: 3,
    told: { status: "rejected", problems: [{ code: "duplicate-examples" }] },
  });
}, 120_000);

test("a defense is checked here, submitted and waited for", async () => {
  const model = file("model.onnx", linear({ of: linearWeights(3) }));
  expect(await told(["defense", "check", SLUG, model])).toMatchObject({ status: 0, told: { ok: true } });
  const form = ["--name", "Linear", "--claim", "0.1", "--licence", "MIT"];
  const submitted = await told(["defense", "submit", SLUG, model, ...form, "--wait"]);
  expect(submitted).toMatchObject({ status: 0, told: { status: "scored", kind: "defense" } });
}, 120_000);

test("what would be rejected is refused here with the site's code, and nothing is sent", async () => {
  const far = file(
    "far.npz",
    attackOn((row) => void row.fill(9)),
  );
  const before = await site.db.submission.count();
  expect(await told(["attack", "check", SLUG, far])).toMatchObject({
    ...{ status: 3, told: { ok: false, problems: [{ code: "no-admissible-row" }] } },
  });
  const sent = await told(["attack", "submit", SLUG, far, "--name", "Far"]);
  expect(sent).toMatchObject({ status: 3, told: { error: { code: "no-admissible-row" } } });
  const noModel = await told(["defense", "check", SLUG, far]);
  expect(noModel).toMatchObject({ status: 3, told: { ok: false } });
  expect(await site.db.submission.count()).toBe(before);
}, 60_000);

test.each([
  ["an unknown command", ["chalenge", "list"], 2, null],
  ["a missing option", ["attack", "submit", SLUG, "x.npz"], 2, null],
  ["a file that is not there", ["attack", "check", SLUG, "nowhere.npz"], 2, "no-such-file"],
  ["a challenge that is not there", ["challenge", "show", "nothing"], 1, "not-found"],
  ["an unknown board", ["board", SLUG, "--of", "cats"], 2, "no-such-board"],
])(
  "%s: its own exit status",
  async (_, args, status, code) => {
    const answer = await told(args);
    expect(answer.status).toBe(status);
    if (code) expect(answer.told).toMatchObject({ error: { code } });
  },
  60_000,
);

test("without a token, or with a wrong one, the exit status asks to sign in", async () => {
  const attack = file(
    "again.npz",
    attackOn((row, point) => nudge(row, 8, point)),
  );
  const args = ["attack", "submit", SLUG, attack, "--name", "Nudge"];
  expect(await told(args, {})).toMatchObject({ status: 4, told: { error: { code: "sign-in-first" } } });
  const wrong = { GAUNTLET_TOKEN: "gtl_wrong" };
  expect((await told(args, wrong)).status).toBe(4);
}, 60_000);

test("login keeps a token that the site takes, for its owner's eyes only, and it is sent to that site alone", async () => {
  const credentials = { GAUNTLET_CREDENTIALS: join(folder, "kept", "credentials.json"), GAUNTLET_URL: server.url };
  const line = 'printf "%s" "$GIVEN" | "$NODE" commands/gauntlet.ts login';
  const login = (given: string) => said("bash", ["-c", line], { ...credentials, GIVEN: given, NODE: process.execPath });
  expect((await login("no token")).status).toBe(2);
  expect((await login(token)).status).toBe(0);
  expect(statSync(credentials.GAUNTLET_CREDENTIALS).mode & 0o777).toBe(0o600);
  const { told: shown } = await told(["challenge", "show", SLUG], credentials);
  expect(shown.attemptsLeft).not.toBeNull();
  const elsewhere = server.url.replace("127.0.0.1", "localhost");
  expect((await told(["challenge", "show", SLUG, "--site", elsewhere], credentials)).told.attemptsLeft).toBeNull();
}, 60_000);

test("the completion knows every command, and which options belong to it", async () => {
  const completed = async (...words: string[]) => {
    const script = `eval "$("$NODE" commands/gauntlet.ts completion)"; COMP_WORDS=(gauntlet ${words.join(" ")} ""); COMP_CWORD=${words.length + 1}; _gauntlet; echo "\${COMPREPLY[@]}"`;
    return (await said("bash", ["-c", script], { NODE: process.execPath })).out.trim().split(" ");
  };
  expect(await completed()).toEqual(expect.arrayContaining(["run", "reproduce", "submission"]));
  expect(await completed("submission")).toEqual(["show", "logs", "wait", "--help"]);
  expect(await completed("attack", "submit", SLUG)).toEqual(expect.arrayContaining(["--name", "--target"]));
}, 60_000);
