import { DAY, live, type World } from "#commands/scale/simulation.ts";

/** What was measured on one machine of two cores: docs/benchmarks.md, sections `latency`, `autoattack`, `record` and `queue`. */
export const MEASURED = {
  /** Seconds: reading and judging the rows of one attack of 1,000 examples; one evaluation of it. */
  readSeconds: 0.262,
  evaluationSeconds: 1.01 / 4,
  /** Core-seconds of the full gauntlet on a small net and 1,000 points: two cores for 36.4 s. */
  fullSeconds: 2 * 36.4,
  /** Evaluations recorded a second by eight connections, on a machine that was busy with other things as well. */
  recordRate: 198,
  /** Bytes of a kept evaluation in PostgreSQL, indexes included. */
  evaluationBytes: 1_763 + 213,
  /** Jobs a second through the queue, fetched and completed, by eight workers. */
  queueRate: 1_309,
  /** Bytes of one attack in the store: the upload and its rows as judged. */
  artifactBytes: 2 * 3.136e6,
};

/** What nobody measured: change it here and run the command again. */
export const ASSUMED = {
  evaluators: 1_000,
  slotsEach: 2,
  perDay: 1_000_000,
  /** The busiest moment over the mean. */
  peak: 2,
  /** Ranked and unranked defenses of a challenge, all of which an attack meets. */
  defenses: 20,
  /** Of the submissions. */
  defenseShare: 0.02,
  /** Log-normal spread of a submission's time. */
  spread: 0.8,
  keptEvaluations: 1e9,
  /** Of recording when the evaluations of one attack are written in one transaction, on a server of 16 cores of its own. */
  recordGain: 20,
  /** Dollars: a core for an hour; a gigabyte for a month on the database's disk, and in the store. */
  coreHour: 0.04,
  diskMonth: 0.1,
  storeMonth: 0.023,
  keptMonths: 12,
};

const { evaluators, slotsEach, perDay, peak, defenses, defenseShare, recordGain } = ASSUMED;
const slotSeconds = MEASURED.readSeconds + defenses * MEASURED.evaluationSeconds;

const world: World = {
  ...{ perDay, peak, slots: evaluators * slotsEach, spread: ASSUMED.spread },
  ...{ queueRate: MEASURED.queueRate, serviceSeconds: slotSeconds },
  ...{ evaluations: defenses, recordRate: MEASURED.recordRate },
};

/** The tables of docs/scale.md. */
export function report(seed: number): string {
  return [stations(), days(seed), money()].join("\n\n");
}

/** What each station can do, and how many submissions a day fill it when all come evenly, and at the peak. */
function stations(): string {
  const background = evaluators * DAY;
  const rows: [string, string, number][] = [
    ["database, recording", `${MEASURED.recordRate} evaluations/s`, (MEASURED.recordRate * DAY) / defenses],
    ["queue", `${MEASURED.queueRate} jobs/s`, MEASURED.queueRate * DAY],
    [
      "slots of evaluators",
      `${world.slots} slots, ${slotSeconds.toFixed(2)} s each`,
      (world.slots * DAY) / slotSeconds,
    ],
    [
      "full gauntlets behind",
      `${evaluators} at once, ${MEASURED.fullSeconds.toFixed(0)} s each`,
      background / MEASURED.fullSeconds / defenseShare,
    ],
  ];
  return table(
    ["station", "what it does", "full at, submissions a day", `full at the peak of ${peak}`],
    rows.toSorted((a, b) => a[2] - b[2]).map(([name, what, full]) => [name, what, count(full), count(full / peak)]),
  );
}

function days(seed: number): string {
  const changed = { ...world, recordRate: MEASURED.recordRate * recordGain };
  const lived: [string, World][] = [
    ["as measured", { ...world, perDay: perDay / 10 }],
    ["as measured", { ...world, perDay: perDay / 3 }],
    ["as measured", world],
    [`recording ${recordGain} times as fast`, changed],
    ["the same, 65 evaluators", { ...changed, slots: 65 * slotsEach }],
    ["the same, 50 evaluators", { ...changed, slots: 50 * slotsEach }],
  ];
  return table(
    ["a day of", "world", "to the result, median", "slowest 1 %", "of it for a slot", "for the database", "not done"],
    lived.map(([name, one]) => {
      const day = live(one, seed);
      return [
        count(one.perDay),
        name,
        ...[day.whole.p50, day.whole.p99, day.slot.p99, day.record.p99].map(seconds),
        count(day.left),
      ];
    }),
  );
}

function money(): string {
  const { coreHour, diskMonth, storeMonth, keptMonths, keptEvaluations } = ASSUMED;
  const cores = (1_000 * (slotSeconds + defenseShare * MEASURED.fullSeconds)) / 3_600;
  const database = (1_000 * defenses * MEASURED.evaluationBytes) / 1e9;
  const store = (1_000 * MEASURED.artifactBytes) / 1e9;
  const rows: [string, string, number][] = [
    ["evaluators", `${cores.toFixed(2)} core-hours`, cores * coreHour],
    ["database", `${database.toFixed(3)} GB for ${keptMonths} months`, database * diskMonth * keptMonths],
    ["store", `${store.toFixed(2)} GB for ${keptMonths} months`, store * storeMonth * keptMonths],
  ];
  const kept = `${count(keptEvaluations)} evaluations: ${((keptEvaluations * MEASURED.evaluationBytes) / 1e12).toFixed(2)} TB in the database, ${((keptEvaluations / defenses) * (MEASURED.artifactBytes / 1e12)).toFixed(0)} TB in the store.`;
  const total = rows.reduce((sum, row) => sum + row[2], 0);
  const lines = [...rows, ["together", "", total] as const].map(([name, what, cost]) => [name, what, cost.toFixed(2)]);
  return `${table(["a thousand submissions", "what they take", "dollars"], lines)}\n\n${kept}`;
}

const count = (value: number) => Math.round(value).toLocaleString("en-US");
const seconds = (value: number) => (value < 0.1 ? "0 s" : value < 100 ? `${value.toFixed(1)} s` : `${count(value)} s`);

function table(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
