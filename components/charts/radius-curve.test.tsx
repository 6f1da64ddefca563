import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { RadiusCurve } from "#components/charts/radius-curve.tsx";

test("the curve tells in words and in its table where it stands at radii up to twice the challenge's", () => {
  const steps = [
    { epsilon: 0, standing: 9 },
    { epsilon: 0.1, standing: 5 },
    { epsilon: 0.15, standing: 2 },
    { epsilon: 0.9, standing: 0 },
  ];
  const made = renderToStaticMarkup(<RadiusCurve title="Curve" steps={steps} n={10} epsilon={0.1} />);
  const text = made.replaceAll(/<[^>]*>/g, "|");
  expect(text).toMatch(
    /starts at 90\S*.%, stands at 50\S*.% at the challenge&#x27;s radius and at 20\S*.% at twice that/,
  );
  expect(text).toMatch(/\|0\.2\|+20/);
  expect(made).not.toMatch(/NaN|Infinity/);
});
