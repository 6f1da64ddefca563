import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Gauntlet, inMinutes } from "#components/defense/gauntlet.tsx";

const drawn = (over: Partial<Parameters<typeof Gauntlet>[0]>) =>
  renderToStaticMarkup(
    <Gauntlet
      {...{ tier: "quick", fault: null, n: 10, stages: [], survey: null, skipped: [], flags: [], ahead: null }}
      {...over}
    />,
  );

test("a gauntlet that could not run says why, and does not say that it goes on", () => {
  const page = drawn({ fault: "The gauntlet could not run: it crashed." });
  expect(page).toContain("The gauntlet could not run: it crashed.");
  expect(page).not.toContain("run in the background");
  expect(drawn({})).toContain("run in the background");
});

test("attacks that are not run are listed with the reason", () => {
  expect(drawn({ skipped: [{ name: "FAB-T", why: "no gradient: no rule for GridSample" }] })).toContain(
    "FAB-T: no gradient: no rule for GridSample",
  );
  expect(drawn({})).not.toContain("not run on it");
});

test("before the full tier it says what that will cost, and meanwhile how far it is", () => {
  const waiting = drawn({ ahead: { seconds: 720, parts: { ended: 0, of: 0 } } });
  expect(waiting).toContain("take about 12 minutes of CPU time at most");
  expect(waiting).not.toContain("parts");
  const running = drawn({ ahead: { seconds: null, parts: { ended: 3, of: 8 } } });
  expect(running).toContain("They run in 8 parts, 3 of which have ended.");
  expect(running).not.toContain("CPU time");
});

test("CPU time is told to two digits in the unit that fits", () => {
  expect([0.42, 41.7, 754, 13_000].map(inMinutes)).toEqual([
    "about 0.42 s",
    "about 42 s",
    "about 13 minutes",
    "about 3.6 hours",
  ]);
});
