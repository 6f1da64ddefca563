import { allOnes, popcount, setBit } from "#contest/bits.ts";
import { levelOf } from "#contest/standing.ts";
import { CHALLENGE } from "#data/testing/site.ts";
import { putBytes } from "#store/artifacts.ts";
import type { Challenge, Defense, Prisma, PrismaClient } from "#store/generated/client.ts";

const SIZE = 4;
let made = 0;

/** A challenge like the tiny one of site.ts, but with `n` points: inputs are all 0.5, labels all 0. */
export async function addChallenge(
  db: PrismaClient,
  organizerId: string,
  n: number,
  over: Partial<Prisma.ChallengeUncheckedCreateInput> = {},
): Promise<Challenge> {
  const points = await putBytes(new Uint8Array(new Float32Array(n * SIZE).fill(0.5).buffer));
  const labels = await putBytes(new Uint8Array(new Uint16Array(n).buffer));
  return db.challenge.create({
    data: {
      ...{ slug: `made-${++made}`, title: "Made", summary: "For a test", config: CHALLENGE, sha256: "0".repeat(64) },
      ...{ n, classes: 2, grid: null, norm: "Linf", epsilon: 0.1, holdoutN: 0, holdoutXSha: "", holdoutYSha: "" },
      ...{ pointsSha: points.sha256, labelsSha: labels.sha256, opensAt: new Date(0), organizerId, ...over },
    },
  });
}

/** An admitted defense that stands on its first `standing` of the challenge's points and is right about all when clean. */
export async function addDefense(
  db: PrismaClient,
  { id: challengeId, n }: Challenge,
  personId: string,
  standing: number,
  over: Partial<Prisma.DefenseUncheckedCreateInput> = {},
): Promise<Defense> {
  const name = `Defense ${++made}`;
  const id = await addSubmission(db, "defense", challengeId, personId, name);
  const bits = allOnes(n);
  for (let point = standing; point < n; point++) setBit(bits, point, false);
  return db.defense.create({
    data: {
      ...{ id, challengeId, personId, name, claim: 0.5, facts: {}, modelSha: String(made).padStart(64, "0"), n },
      ...{
        cleanBits: allOnes(n),
        clean: n,
        standingBits: bits,
        standing: popcount(bits),
        tier: "full",
        unranked: null,
      },
      ...{ level: levelOf(standing / n, CHALLENGE.thresholds), receivedAt: new Date(made * 1000), ...over },
    },
  });
}

/** An admitted attack with an example for each point: the values of row i are all about i / n, and no other attack's. */
export async function addAttack(db: PrismaClient, { id: challengeId, n }: Challenge, personId: string) {
  const name = `Attack ${++made}`;
  const id = await addSubmission(db, "attack", challengeId, personId, name);
  const rows = Float32Array.from({ length: n * SIZE }, (_, i) => (Math.floor(i / SIZE) + made / 1e6) / n);
  const examples = await putBytes(new Uint8Array(rows.buffer));
  const points = new Uint8Array(Uint32Array.from({ length: n }, (_, i) => i).buffer);
  return db.attack.create({
    data: {
      ...{ id, challengeId, personId, name, examplesSha: examples.sha256, points, rows: n, submittedRows: n },
      ...{ rowFaults: {}, distances: {}, receivedAt: new Date(made * 1000) },
    },
  });
}

/** That the attack met the defense, which answered `wrong` points with class 1 and the others rightly; without an attack, its clean points. */
export async function addEvaluation(
  db: PrismaClient,
  challenge: Challenge,
  attackId: string | null,
  defenseId: string,
  wrong: number[],
) {
  const { n } = challenge;
  const bits = allOnes(n);
  const answers = new Uint16Array(n);
  for (const point of wrong) {
    setBit(bits, point, false);
    answers[point] = 1;
  }
  return db.evaluation.create({
    data: {
      ...{ challengeId: challenge.id, defenseId, attackId, evaluatorVersion: "1" },
      ...{ kind: attackId ? "attack" : "clean", subject: attackId ?? "clean" },
      ...{ bits, answers: new Uint8Array(answers.buffer), attacked: n, broken: wrong.length, seconds: 1, seed: "0" },
      ...{ ortVersion: "1", provider: "cpu", cpu: "test", modelSha: "", pointsSha: challenge.pointsSha },
    },
  });
}

async function addSubmission(
  db: PrismaClient,
  kind: "defense" | "attack",
  challengeId: string,
  personId: string,
  name: string,
): Promise<string> {
  const upload = { uploadSha: "", uploadName: "file", uploadBytes: 0 };
  const { id } = await db.submission.create({
    data: { kind, challengeId, personId, name, form: {}, state: "scored", ...upload },
  });
  return id;
}
