/** What a challenge.yaml may say, for tests: one input is 1 x 2 x 2 on the grid of 8-bit images. */
export function sampleChallenge() {
  return {
    title: "Sample, L∞ 8/255",
    summary: "Four grey pixels.",
    rules: "For tests only.",
    threatModel: { norm: "Linf", epsilon: "8/255" as string | number },
    data: {
      points: { x: "data/points_x.npy", y: "data/points_y.npy" },
      holdout: { x: "data/holdout_x.npy", y: "data/holdout_y.npy" },
      classes: ["dark", "light", "mixed"],
      shape: [1, 2, 2],
      range: [0, 1],
      grid: 255 as number | null,
      licence: "CC0-1.0",
      source: "Made up.",
    },
    minimumCleanAccuracy: 0.5,
    thresholds: { weakened: 0.7, broken: 0.4, collapsed: 0.2 },
    limits: {},
    dates: { opens: "2026-11-01T00:00:00Z" as string, closes: null as string | null },
  };
}
