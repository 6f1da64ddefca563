import { expect, test } from "vitest";
import { planOf, type StageReport, Survey } from "#contest/gauntlet.ts";
import { gather } from "#evaluator/gathered.ts";

const survey = Survey.parse({
  ...{ variants: ["exact"], reason: "", missing: [], places: [], stops: [], headCut: [] },
  randomOps: 0,
});
const [stage] = planOf("quick", survey, "Linf");
const report = (found: number): StageReport => {
  return { stage: stage!, attacked: 5, found, seconds: 1, ort: "", gradients: 1, forwards: 1 };
};
const example = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

test("a stage's examples come out ascending by input, whenever each was found, and the next stage begins without them", () => {
  const gathered = gather(5, 2);
  gathered.add(4, example(0.25, 0.5));
  gathered.add(1, example(0.75, 1));
  const found = gathered.close(report(2));
  expect([...found.rows]).toEqual([1, 4]);
  expect([...found.examples]).toEqual([0.75, 1, 0.25, 0.5]);
  expect(gathered.close(report(0)).rows.length).toBe(0);
});

const LIES: [what: string, tell: (gathered: ReturnType<typeof gather>) => void][] = [
  ["for an input that is not there", (gathered) => gathered.add(5, example(0, 0))],
  ["of another size", (gathered) => gathered.add(0, example(0))],
  ["that comes twice", (gathered) => [gathered.add(0, example(0, 0)), gathered.add(0, example(0, 0))]],
  ["that was announced and did not come", (gathered) => gathered.close(report(1))],
];

test.each(LIES)("an example %s ends the report", (_, tell) => {
  expect(() => tell(gather(5, 2))).toThrow(/example/);
});
