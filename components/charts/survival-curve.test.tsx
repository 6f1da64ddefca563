import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { SurvivalCurve } from "#components/charts/survival-curve.tsx";
import { kaplanMeier } from "#contest/survival.ts";

const draw = (times: [time: number, ended: boolean][]) =>
  renderToStaticMarkup(
    <SurvivalCurve
      title="Survival"
      description="Falls"
      unit="days"
      curve={kaplanMeier(times.map(([time, ended]) => ({ time, ended })))}
    />,
  );

test("a curve has a name, a description, and a table with a row for each step", () => {
  const made = draw([
    [1, true],
    [3, false],
    [4, true],
  ]);
  expect(made).toMatch(
    /role="img" aria-labelledby="(\S+) (\S+)".*<title id="\1">Survival<\/title><desc id="\2">Falls</,
  );
  expect(made.match(/<th scope="row"/g)).toHaveLength(3);
  expect(made).toContain("66.7\u00a0%");
});

test("one moment only, none left, or nothing at all: no coordinate is missing", () => {
  for (const times of [[[0, true]], [[0, false]], [[2, true]]] as [number, boolean][][])
    expect(draw(times)).not.toMatch(/NaN|Infinity/);
  expect(draw([])).toBe("");
});
