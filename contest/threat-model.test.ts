import fc from "fast-check";
import { expect, test } from "vitest";
import { Epsilon, epsilonName, Norm, ThreatModel, threatModelName } from "#contest/threat-model.ts";

const parsed = (input: object) => ThreatModel.parse({ norm: "Linf", epsilon: 0.1, ...input });

test("a fraction is the same radius as its division", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 1, max: 65_535 }), (over, under) => {
      expect(Epsilon.parse(`${over}/${under}`)).toBe(over / under);
      expect(Epsilon.parse(`${over} / ${under}`)).toBe(over / under);
    }),
  );
  expect(Epsilon.parse("0.3")).toBe(0.3);
  expect(Epsilon.parse("1.5/255")).toBe(1.5 / 255);
});

test.each([
  "0",
  0,
  -0.1,
  "-1/255",
  "8/0",
  "0/255",
  "8/255/2",
  "8/",
  "/255",
  "",
  "eight",
  "1e-3",
  Number.NaN,
  `${"9".repeat(400)}`,
])("the radius %j is refused", (epsilon) => expect(Epsilon.safeParse(epsilon).success).toBe(false));

test.each(["unrestricted", "L3", "linf", "Wasserstein"])("the norm %s is refused by name", (norm) => {
  const [issue] = ThreatModel.safeParse({ norm, epsilon: 0.1 }).error!.issues;
  expect(issue).toMatchObject({ path: ["norm"], message: expect.stringContaining(`"${norm}"`) });
  for (const known of Norm.options) expect(issue!.message).toContain(known);
});

test("targeted attacks are refused by name", () => {
  const [issue] = ThreatModel.safeParse({ norm: "L2", epsilon: 1, targeted: true }).error!.issues;
  expect(issue).toMatchObject({ path: ["targeted"], message: expect.stringContaining('"targeted"') });
});

test("unknown keys and unknown access are refused; access is white-box where nothing is said", () => {
  expect(ThreatModel.safeParse({ norm: "L2", epsilon: 1, epsilom: 2 }).success).toBe(false);
  expect(ThreatModel.safeParse({ norm: "L2", epsilon: 1, access: "black-box" }).success).toBe(false);
  expect(parsed({})).toEqual({ norm: "Linf", epsilon: 0.1, access: "white-box", targeted: false });
});

test.each([
  [{ epsilon: "76/255" }, 255, "L∞ 76/255 (8-bit grid), white-box, untargeted"],
  [{ epsilon: "3/15" }, 15, "L∞ 3/15 (1/15 grid), white-box, untargeted"],
  [{ epsilon: 0.1, access: "transfer" }, null, "L∞ 0.1, transfer, untargeted"],
  [{ norm: "L2", epsilon: 1.5 }, 255, "L2 1.5 (8-bit grid), white-box, untargeted"],
  [{ norm: "L0", epsilon: 12 }, null, "L0 12 values, white-box, untargeted"],
])("%j on the grid %s is called %s", (input, grid, name) => expect(threatModelName(parsed(input), grid)).toBe(name));

test("a radius of whole steps is named by them, and its name is the same radius", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(15, 100, 255, 1000), (steps, grid) => {
      const name = epsilonName(parsed({ epsilon: steps / grid }), grid);
      expect(name).toBe(`${steps}/${grid}`);
      expect(Epsilon.parse(name)).toBe(steps / grid);
    }),
  );
});
