import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshDatabase } from "#commands/test-database.ts";
import { ChallengeFile } from "#contest/challenge.ts";
import { provide } from "#env.ts";

/** Who may come: a participant, another one, the organizer of the challenge, an organizer of none, an admin. */
export const ROLES = ["member", "other", "organizer", "stranger", "admin"] as const;
export type RoleName = (typeof ROLES)[number];

export interface Somebody {
  id: string;
  email: string;
  /** Headers that make a request theirs, by token and by this site's session. */
  token: { authorization: string };
  session: { cookie: string };
}

export const PASSWORD = "correct horse battery";
export const ORIGIN = "http://127.0.0.1:3000";

/** The tiny challenge of these tests: 4 points of 1x2x2, 2 classes, no grid, 3 defenses and 3 attacks a day. */
export const CHALLENGE = ChallengeFile.parse({
  title: "Tiny",
  summary: "Four points",
  rules: "None",
  threatModel: { norm: "Linf", epsilon: 0.1 },
  data: {
    points: { x: "x.npy", y: "y.npy" },
    holdout: { x: "x.npy", y: "y.npy" },
    classes: ["a", "b"],
    shape: [1, 2, 2],
    licence: "CC0-1.0",
    source: "made up",
  },
  minimumCleanAccuracy: 0.5,
  thresholds: { weakened: 0.5, broken: 0.3, collapsed: 0.1 },
  limits: { defensesPerDay: 3, attacksPerDay: 3 },
  dates: { opens: "2020-01-01T00:00:00Z" },
});

/** A site's own side for one test file: database, state folder, people, the challenge; no server and no evaluator. */
export async function openSite() {
  const folder = mkdtempSync(join(tmpdir(), "gauntlet-site-"));
  const fresh = await freshDatabase();
  provide({
    ...{ DATABASE_URL: fresh.url, GAUNTLET_STATE: folder, NEXTAUTH_SECRET: "s".repeat(40), SITE_URL: ORIGIN },
    ...{ UPLOAD_MODEL_MIB: "1", UPLOAD_EXAMPLES_MIB: "1" },
  });
  const { database, closeDatabase } = await import("#store/database.ts");
  const { putBytes } = await import("#store/artifacts.ts");
  const { announce } = await import("#store/changes.ts");
  const { closeBoss } = await import("#data/boss.ts");
  const db = database();
  const people = Object.fromEntries(
    await Promise.all(ROLES.map(async (name) => [name, await somebody(name)] as const)),
  ) as Record<RoleName, Somebody>;
  const points = await putBytes(new Uint8Array(Float32Array.from({ length: 16 }, (_, i) => i / 16).buffer));
  const labels = await putBytes(new Uint8Array(Uint16Array.of(0, 1, 0, 1).buffer));
  const challenge = await db.challenge.create({
    data: {
      ...{ slug: "tiny", title: "Tiny", summary: "Four points", config: CHALLENGE, sha256: "0".repeat(64) },
      ...{ n: 4, classes: 2, grid: null, norm: "Linf", epsilon: 0.1, holdoutN: 0, holdoutXSha: "", holdoutYSha: "" },
      ...{ pointsSha: points.sha256, labelsSha: labels.sha256, opensAt: new Date(0), organizerId: people.organizer.id },
    },
  });
  const close = async () => {
    await closeBoss();
    await closeDatabase();
    await fresh.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { db, people, challenge, folder, putBytes, announce, close };
}
export type Site = Awaited<ReturnType<typeof openSite>>;

async function somebody(name: RoleName): Promise<Somebody> {
  const { database } = await import("#store/database.ts");
  const { makePerson } = await import("#data/people.ts");
  const { hashPassword } = await import("#data/passwords.ts");
  const { createToken } = await import("#data/tokens.ts");
  const { SESSION_COOKIE, sessionToken } = await import("#data/session.ts");
  const role = name === "admin" ? "admin" : name === "organizer" || name === "stranger" ? "organizer" : "member";
  const email = `${name}@example.org`;
  const passwordHash = await hashPassword(PASSWORD);
  const person = await makePerson(database(), { name, email, role, passwordHash, approvedAt: new Date() });
  if (!person) throw new Error(`there is a ${name} already`);
  const token = await createToken(person.id, { name: "test", scopes: ["read", "submit"], days: 1 });
  const cookie = `${SESSION_COOKIE}=${await sessionToken(person)}`;
  return { id: person.id, email, token: { authorization: `Bearer ${token}` }, session: { cookie } };
}
