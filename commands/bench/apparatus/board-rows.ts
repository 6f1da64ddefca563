import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { mnistFolder } from "#commands/bench/apparatus/mnist.ts";
import { arenaOf } from "#contest/challenge.ts";
import { describeDistances } from "#evaluator/distances.ts";
import { check } from "#onnx/check.ts";
import { parseChallenge } from "#store/challenge-folder.ts";

/** Slug of the challenge that is filled. */
export const SLUG = "big-board";
const POINTS = 1000;
/** Different (bits, answers) that the evaluations take in turn; PostgreSQL keeps each in its own row all the same. */
const KINDS_OF_ANSWERS = 256;

/**
 * Fills the empty, migrated database at `url` with one challenge of 1,000 points, `defenses` ranked defenses by as many people, `attacks` attacks by ten
 * people, twelve lines of the house, an evaluation of every pair with bits and answers as long as real ones, credits and the record that all this leaves.
 * Everything was received within the last 200 days. Ids are `d1`.., `a1`..; nothing is in the artifact store.
 */
export async function fillBoard(url: string, defenses: number, attacks: number): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const text = readFileSync(join(mnistFolder, "challenge.yaml"), "utf8");
    const file = parseChallenge(text);
    const model = check(readFileSync(join(mnistFolder, "baselines/undefended.onnx")), {
      ...{ shape: [1, 28, 28], classes: 10 },
    });
    if (!model.ok) throw new Error(model.problems[0]!.message);
    const distances = Array.from({ length: POINTS }, (_, i) => {
      return { linf: 76 / 255, l2: 4 + (i % 97) / 20, l1: 60 + (i % 83), l0: 500 + (i % 250) };
    });
    const facts = describeDistances(distances, arenaOf(file, POINTS));
    // Rows that we make cannot miss what they refer to, and three look-ups for each of a million take minutes.
    await client.query("SET session_replication_role = replica");
    await client.query(`CREATE TEMP TABLE pool (kind int PRIMARY KEY, bits bytea, answers bytea, broken int)`);
    for (let i = 0; i < KINDS_OF_ANSWERS; i++)
      await client.query("INSERT INTO pool VALUES ($1, $2, $3, $4)", [i, ...answersOf(i)]);
    await people(client, defenses);
    await client.query(
      `INSERT INTO "Challenge" (id, slug, title, summary, config, sha256, n, classes, grid, norm, epsilon, "pointsSha", "labelsSha",
         "holdoutN", "holdoutXSha", "holdoutYSha", "opensAt", "createdAt", "organizerId", defenses, ranked, attacks, "bestStanding")
       VALUES ('c', $1, $2, $3, $4, '', $5, 10, 255, 'Linf', $6, '', '', 1000, '', '', $7, now() - interval '201 days', 'p0', $8::int, $8, $9, 999)`,
      [
        ...[SLUG, file.title, file.summary, JSON.stringify(file), POINTS, file.threatModel.epsilon, file.dates.opens],
        ...[defenses, attacks],
      ],
    );
    await defenseRows(client, defenses, attacks, JSON.stringify(model.facts));
    await attackRows(client, defenses, attacks, JSON.stringify(facts));
    await evaluationRows(client, JSON.stringify(facts));
    await attackDayRows(client);
    await recordRows(client);
    await client.query("VACUUM ANALYZE");
  } finally {
    await client.end();
  }
}

/** Bits (125 bytes) and answers (2,000 bytes) of an attack that breaks between 0 and 60 % of the points. */
function answersOf(kind: number): [Buffer, Buffer, number] {
  const bits = Buffer.alloc(Math.ceil(POINTS / 8));
  const answers = Buffer.alloc(POINTS * 2);
  let broken = 0;
  for (let point = 0; point < POINTS; point++) {
    const label = (point * 7 + (point >> 3)) % 10;
    const falls = ((point * 2654435761 + kind * 40503) >>> 5) % 1000 < (kind * 600) / KINDS_OF_ANSWERS;
    if (falls) broken++;
    else bits[point >> 3]! |= 1 << (point & 7);
    answers.writeUInt16LE(falls ? (label + 1 + (kind % 9)) % 10 : label, point * 2);
  }
  return [bits, answers, broken];
}

async function people(client: Client, count: number): Promise<void> {
  await client.query(
    `INSERT INTO "Person" (id, handle, name, email, "emailVerifiedAt")
     SELECT 'p' || i, 'person-' || i, 'Person Number ' || i, 'p' || i || '@example.org', now() FROM generate_series(0, $1::int) i`,
    [count],
  );
}

/** The defense numbered `i` of the parameter $1: the last of them came 200 days ago. */
const received = "now() - i * (interval '200 days' / $1::int)";

const submissions = `
  INSERT INTO "Submission" (id, kind, "challengeId", "personId", state, name, form, "uploadSha", "uploadName", "uploadBytes", attempt, "receivedAt")`;

async function defenseRows(client: Client, count: number, faced: number, facts: string): Promise<void> {
  await client.query(
    `${submissions} SELECT 'd' || i, 'defense', 'c', 'p' || i, 'scored', 'Defense number ' || i, '{"licence":"MIT","description":""}',
       md5('d' || i), 'model.onnx', 150000, 'spent', ${received} FROM generate_series(1, $1::int) i`,
    [count],
  );
  await client.query(
    `INSERT INTO "Defense" (id, "challengeId", "personId", name, claim, facts, "modelSha", n, "cleanBits", clean, "holdoutN", "holdoutRight",
       "standingBits", standing, faced, level, tier, unranked, "receivedAt", "admittedAt")
     SELECT 'd' || i, 'c', 'p' || i, 'Defense number ' || i, (i % 100) / 100.0, $2::jsonb, md5('m' || i), ${POINTS}, pool.bits, 900 + i % 100,
       ${POINTS}, 900 + i % 90, pool.bits, (i * 7919) % 900, $3, (ARRAY['standing','weakened','broken','collapsed'])[1 + i % 4], 'full', NULL,
       ${received}, ${received} + interval '30 seconds'
     FROM generate_series(1, $1::int) i JOIN pool ON pool.kind = i % ${KINDS_OF_ANSWERS}`,
    [count, facts, faced],
  );
}

async function attackRows(client: Client, defenses: number, count: number, distances: string): Promise<void> {
  await client.query(
    `${submissions} SELECT 'a' || i, 'attack', 'c', 'p' || 1 + i % 10, 'scored', 'Attack number ' || i, '{"description":""}', md5('a' || i), 'x_adv.npy',
       3136128, 'spent', now() - i * interval '1 hour' FROM generate_series(1, $1::int) i`,
    [count],
  );
  const points = Buffer.from(Uint32Array.from({ length: POINTS }, (_, i) => i).buffer);
  await client.query(
    `INSERT INTO "Attack" (id, "challengeId", "personId", name, "examplesSha", points, rows, "submittedRows", "rowFaults", distances, met, success, "receivedAt")
     SELECT 'a' || i, 'c', 'p' || 1 + i % 10, 'Attack number ' || i, md5('x' || i), $2, ${POINTS}, ${POINTS}, '{}', $3::jsonb, $4, (i * 37 % 100) / 100.0,
       now() - i * interval '1 hour' FROM generate_series(1, $1::int) i`,
    [count, points, distances, defenses],
  );
  await client.query(
    `INSERT INTO "HouseScore" ("challengeId", attack, name, "personId", met, success, attacked, queries, "firstAt")
     SELECT 'c', 'house-' || i, 'House attack ' || i, 'p0', $1::int, i / 12.0, 1000 * $1::bigint, 50000 * $1::bigint, now() FROM generate_series(1, 12) i`,
    [defenses],
  );
  await client.query(
    `INSERT INTO "AttackerScore" ("challengeId", "personId", score, "firstBreaks", attacks, "firstAt")
     SELECT 'c', "personId", avg(success), 10, count(*), min("receivedAt") FROM "Attack" GROUP BY "personId"`,
  );
  await client.query(
    `INSERT INTO "AttackerCredit" ("personId", "defenseId", "challengeId", earned, "firstBreaks")
     SELECT a."personId", d.id, 'c', 100, 10 FROM (SELECT DISTINCT "personId" FROM "Attack") a, "Defense" d`,
  );
}

/** Every attack against every defense; one evaluation in twenty took points. */
async function evaluationRows(client: Client, distances: string): Promise<void> {
  await client.query(
    `INSERT INTO "Evaluation" ("challengeId", "defenseId", kind, subject, "attackId", "evaluatorVersion", bits, answers, earned, attacked, broken, taken,
       "standingBefore", "standingAfter", distances, seconds, seed, "ortVersion", provider, cpu, "modelSha", "examplesSha", "pointsSha", "createdAt")
     SELECT 'c', d.id, 'attack', a.id, a.id, '1.0.0', pool.bits, pool.answers, pool.bits, 950, pool.broken, CASE WHEN k.k % 20 = 0 THEN 5 ELSE 0 END,
       900, 895, $1::jsonb, 0.4, md5(a.id || d.id), '1.30.0', 'cpu', 'AMD EPYC', d."modelSha", a."examplesSha", md5('points'), d."admittedAt" + (k.k % 1000) / 1000.0 * (now() - d."admittedAt")
     FROM "Attack" a CROSS JOIN "Defense" d
       CROSS JOIN LATERAL (SELECT abs(hashtext(a.id || d.id)) AS k) k JOIN pool ON pool.kind = k.k % ${KINDS_OF_ANSWERS}`,
    [distances],
  );
}

/** What each attack had done by the end of each day, as prisma/migrations/20261127010000_attack_days counts it; the house's lines changed daily. */
async function attackDayRows(client: Client): Promise<void> {
  await client.query(
    `INSERT INTO "AttackDay" ("attackId", day, met, success)
     SELECT "attackId", day, sum(met) OVER so_far, sum(shares) OVER so_far / sum(met) OVER so_far
     FROM (SELECT e."attackId", (e."createdAt" AT TIME ZONE 'UTC')::date AS day, count(*) AS met, sum(e.broken::float8 / d.clean) AS shares
       FROM "Evaluation" e JOIN "Defense" d ON d.id = e."defenseId" GROUP BY 1, 2) AS days
     WINDOW so_far AS (PARTITION BY "attackId" ORDER BY day)`,
  );
  await client.query(
    `INSERT INTO "HouseScoreDay" ("challengeId", attack, day, met, success, attacked, queries)
     SELECT "challengeId", attack, (now() - i * interval '1 day')::date, met, success, attacked, queries FROM "HouseScore", generate_series(0, 200) i`,
  );
}

/** What all this leaves in the record: a defense's admission, its tiers and its place, its falls and breaks, the attacks it has faced, who led. */
async function recordRows(client: Client): Promise<void> {
  // Sorting a million evaluations must not carry their bits and answers along.
  const few = `id, "defenseId", "attackId", "createdAt"`;
  const row = `INSERT INTO "HistoryRecord" (kind, "challengeId", "defenseId", "attackId", threshold, "standingBefore", "standingAfter", taken, "evaluatorVersion", detail, at)`;
  await client.query(
    `${row} SELECT k.kind::"RecordKind", 'c', d.id, NULL, NULL, NULL, 900, NULL, '1.0.0', k.detail::jsonb, d."admittedAt" + k.minutes * interval '1 minute'
     FROM "Defense" d, (VALUES ('claimed', NULL, 0), ('admitted', NULL, 0), ('gauntlet', '{"tier":"quick"}', 2), ('gauntlet', '{"tier":"full"}', 20),
       ('ranked', '{"unranked":null}', 21)) k (kind, detail, minutes)`,
  );
  await client.query(
    `${row} SELECT 'fell', 'c', "defenseId", "attackId", NULL, 905 - 5 * nth, 900 - 5 * nth, 5, '1.0.0', jsonb_build_object('evaluation', id::text), "createdAt"
     FROM (SELECT ${few}, row_number() OVER (PARTITION BY "defenseId" ORDER BY "createdAt", id) AS nth FROM "Evaluation" WHERE taken > 0) fell`,
  );
  await client.query(
    `${row} SELECT 'faced', 'c', "defenseId", "attackId", NULL, NULL, NULL, NULL, '1.0.0', jsonb_build_object('faced', met), "createdAt"
     FROM (SELECT ${few}, row_number() OVER (PARTITION BY "defenseId" ORDER BY "createdAt", id) AS met FROM "Evaluation") faced WHERE met::text ~ '^[125]0*$'`,
  );
  // Three of four lie below a threshold, each of them since an attack met them.
  await client.query(
    `${row} SELECT 'broken', 'c', e."defenseId", e."attackId", t.threshold, 900, 400, 5, '1.0.0', jsonb_build_object('evaluation', e.id::text), e."createdAt"
     FROM (VALUES ('weakened', 1), ('broken', 2), ('collapsed', 3)) t (threshold, nth),
       "Defense" d JOIN LATERAL (SELECT ${few} FROM "Evaluation" e WHERE e."defenseId" = d.id ORDER BY e."createdAt" LIMIT 1) e ON true
     WHERE substr(d.id, 2)::int % 4 >= t.nth`,
  );
  await client.query(
    `${row} SELECT 'led', 'c', id, NULL, NULL, NULL, 700 + substr(id, 2)::int % 200, NULL, '1.0.0', NULL, "admittedAt" + interval '1 hour'
     FROM "Defense" WHERE substr(id, 2)::int % 37 = 0`,
  );
}
