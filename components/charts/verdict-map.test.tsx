import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { VerdictMap } from "#components/charts/verdict-map.tsx";
import { allOnes, setBit } from "#contest/bits.ts";

const without = (...points: number[]) => {
  const bits = allOnes(10);
  for (const point of points) setBit(bits, point, false);
  return bits;
};

test("a point that had fallen before a house attack is not told as held by it, in the legend and in the table", () => {
  const made = renderToStaticMarkup(
    <VerdictMap n={10} bits={without(0, 4)} clean={without(0)} attacked={null} stood={without(0, 1, 2, 3)} />,
  );
  const text = made.replaceAll(/<[^>]*>/g, "|");
  expect(text).toContain("5 held, 1 broken, 1 wrong without an attack, or not attacked, 3 had fallen before");
  expect(text).toMatch(/held\|+5\|+5–9\|/);
  expect(text).toMatch(/had fallen before\|+3\|+1–3\|/);
});

test("a participant's attack meets every point, whatever fell before", () => {
  const made = renderToStaticMarkup(
    <VerdictMap n={10} bits={without(4)} clean={allOnes(10)} attacked={null} stood={null} />,
  );
  expect(made).toContain("9 held, 1 broken");
  expect(made).not.toContain("had fallen before");
});
