import { env as ort } from "onnxruntime-node";
import { planOf, type Stage } from "#contest/gauntlet.ts";
import type { HouseJob } from "#contest/job.ts";
import { answerOf } from "#contest/verdict.ts";
import type { Attack, Ball, Task } from "#evaluator/runner/attacks/attack.ts";
import { runAttack, type Settled } from "#evaluator/runner/attacks/pool.ts";
import { streamOf } from "#evaluator/runner/attacks/random.ts";
import { giveBack, spareArray } from "#evaluator/runner/attacks/spares.ts";
import { progress, report } from "#evaluator/runner/channel.ts";
import { attackOf } from "#evaluator/runner/house-attacks.ts";
import { floatsOf, openRows, type RowFile } from "#evaluator/runner/rows.ts";
import { openVictim, type Victim } from "#evaluator/runner/victim.ts";

/** The points of a job while it runs: what has fallen is not attacked again. */
interface Standing {
  clean: RowFile;
  /** Examples made for other models, and where those of each row lie among them. */
  starts: RowFile;
  startsOf: Map<number, number[]>;
  /** The model's own answers [rows, classes]. */
  logits: Float32Array;
  labels: Uint16Array;
  fallen: Uint8Array;
}

/**
 * Runs the stages of a tier that have not run before, each on the points that still stand, and sends what each found.
 * Examples are believed by nobody: another process answers them, and the evaluator judges (rule 7).
 */
export async function house(job: HouseJob): Promise<void> {
  const size = job.shape.reduce((a, b) => a * b, 1);
  const rows = openRows("/in/rows.f32", size);
  const victim = await openVictim(job, floatsOf("/in/probes.f32"));
  report({ type: "survey", survey: victim.survey });
  const standing = await prepare(job, victim, rows, size);
  const stages = planOf(job.tier, victim.survey, job.norm).filter(({ id }) => !job.done.includes(id));
  for (const [place, stage] of stages.entries()) {
    const attack = attackOf(stage, victim);
    if (!attack.applies(ballOf(job))) continue;
    await runStage(job, victim, standing, stage, attack, [place, stages.length]);
  }
}

const ballOf = ({ norm, epsilon, range, grid, shape, classes }: HouseJob): Ball => {
  return { norm, epsilon, range, grid, shape, classes };
};

async function prepare(job: HouseJob, victim: Victim, clean: RowFile, size: number): Promise<Standing> {
  const count = job.points.length;
  if (clean.count !== count) throw new Error("rows.f32 has another length than the job says");
  const logits = new Float32Array(count * job.classes);
  const labels = new Uint16Array(count);
  const oracle = await victim.oracle("exact");
  const batch = new Float32Array(oracle.batch * size);
  for (let row = 0; row < count; row += oracle.batch) {
    const width = Math.min(oracle.batch, count - row);
    logits.set(await oracle.verdicts(clean.read(row, width, batch), width), row * job.classes);
  }
  for (let row = 0; row < count; row++) labels[row] = answerOf(logits, job.classes, row);
  const starts = openRows("/in/starts.f32", size);
  const startsOf = Map.groupBy(job.startRows.keys(), (place) => job.startRows[place]!);
  return { clean, starts, startsOf, logits, labels, fallen: new Uint8Array(count) };
}

async function runStage(
  job: HouseJob,
  victim: Victim,
  standing: Standing,
  stage: Stage,
  attack: Attack,
  [place, of]: [number, number],
): Promise<void> {
  const began = performance.now();
  const rows = Array.from(job.points.keys()).filter((row) => !standing.fallen[row]);
  const rowOf = new Map(rows.map((row) => [job.points[row]!, row]));
  const underWay = new Map<number, Float32Array>();
  let found = 0;
  const settled = ({ point, outcome: { example } }: Settled) => {
    if (example) {
      const row = rowOf.get(point)!;
      if (job.tier !== "curve") standing.fallen[row] = 1;
      found++;
      // At once: what waited for the end of the stage would be as much as the points.
      report({ type: "found", row }, new Uint8Array(example.buffer, example.byteOffset, example.byteLength));
    }
    giveBack([underWay.get(point)!]);
    underWay.delete(point);
  };
  const tasks = tasksOf(job, standing, stage.id, rows, underWay);
  const results = await runAttack(attack, tasks, await victim.oracle(stage.variant), {
    settled,
    progress: (done) => progress(place + done.settled / Math.max(1, rows.length), of),
  });
  const counts = { attacked: rows.length, found, gradients: results.gradients, forwards: results.scores };
  const seconds = (performance.now() - began) / 1000;
  const provider = await victim.provider(stage.variant);
  report({ type: "stage", stage, ...counts, seconds, provider, ort: ort.versions.node ?? "" });
}

/** A task for each row, in turn; `underWay` is told of the memory that its input lies in. */
function* tasksOf(
  job: HouseJob,
  standing: Standing,
  stream: string,
  rows: number[],
  underWay: Map<number, Float32Array>,
): Generator<Task> {
  const arena = ballOf(job);
  const size = job.shape.reduce((a, b) => a * b, 1);
  for (const row of rows) {
    const point = job.points[row]!;
    const clean = standing.clean.read(row, 1, spareArray(size));
    underWay.set(point, clean);
    yield {
      ...(job.draws > 1 && { randomised: true }),
      ...{
        point,
        arena,
        clean,
        label: standing.labels[row]!,
        starts: (standing.startsOf.get(row) ?? []).map((place) => standing.starts.read(place, 1)),
      },
      cleanLogits: standing.logits.subarray(row * job.classes, (row + 1) * job.classes),
      random: streamOf(job.seed, stream, point),
    };
  }
}
