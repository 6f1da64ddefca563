import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readExamples } from "#arrays/examples.ts";
import { ChallengeFile } from "#contest/challenge.ts";
import { Norm } from "#contest/threat-model.ts";
import { openSite, type Site } from "#data/testing/site.ts";
import { judgeRows } from "#evaluator/admit-attack.ts";
import { check } from "#onnx/check.ts";
import { SAMPLE_SAYS, sampleExamples, sampleModels } from "./samples.ts";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());

async function ask(slug: string, headers = {}): Promise<Response> {
  const { GET } = await import("./route.ts");
  return GET(new Request("http://127.0.0.1:3000/", { headers }), { params: Promise.resolve({ slug }) });
}

test("a kit has what its README names, is the same each time, and is not sent to who has it", async () => {
  const first = await ask("tiny");
  const bytes = new Uint8Array(await first.arrayBuffer());
  const files = unzipSync(bytes);
  const names = Object.keys(files).map((name) => name.replace(/^tiny\//, ""));
  const readme = new TextDecoder().decode(files["tiny/README.md"]);
  for (const [, name] of readme.matchAll(/^\| `([^`]+[a-z])`/gm)) expect(names).toContain(name);
  expect(names).toContain("gauntlet-arena/gauntlet_arena/__init__.py");
  for (const name of ["attack.ipynb", "defend.ipynb"]) {
    const { cells, nbformat } = JSON.parse(new TextDecoder().decode(files[`tiny/${name}`]));
    expect([nbformat, cells[1].source.join("")]).toEqual([4, expect.stringContaining('.challenge("tiny")')]);
  }
  expect((await ask("tiny", { "if-none-match": first.headers.get("etag")! })).status).toBe(304);
  expect((await ask("none")).status).toBe(404);
});

test("a challenge whose models only answer has a notebook that asks", async () => {
  const config = { ...ChallengeFile.parse(site.challenge.config), queries: { answers: "labels" as const, budget: 9 } };
  config.threatModel = { ...config.threatModel, access: "query" };
  await site.db.challenge.update({ where: { id: site.challenge.id }, data: { config, sha256: "1".repeat(64) } });
  const files = unzipSync(new Uint8Array(await (await ask("tiny")).arrayBuffer()));
  expect(new TextDecoder().decode(files["tiny/attack.ipynb"])).toContain("defense.predict(candidate)");
});

describe("each sample is answered as the README says", () => {
  const shape = [20, 1, 3, 3];
  const x = Float32Array.from({ length: 180 }, (_, i) => ((i * 37) % 256) / 255);
  const [points, size] = [{ shape, x }, 9];
  const cases = Norm.options.flatMap((norm) => [255, null].map((grid) => ({ norm, grid })));
  test.each(cases)("examples for $norm, grid $grid", ({ norm, grid }) => {
    const epsilon = norm === "L0" ? 1 : 3 / 255;
    const range: [number, number] = [0, 1];
    const samples = sampleExamples(points, {
      threatModel: { norm, epsilon, access: "white-box", targeted: false },
      grid,
      range,
    });
    for (const [name, bytes] of Object.entries(samples)) {
      const read = readExamples(bytes, { count: 20, shape: [1, 3, 3], grid, maxBytes: 2 ** 20 });
      const arena = { norm, epsilon, grid, range, shape: [1, 3, 3], classes: 2, points: 20 };
      const kept = read.ok ? judgeRows({ arena, points: x, size }, read).points.length : 0;
      const says = read.ok ? (kept === 0 ? "no-admissible-row" : null) : read.problems[0]!.code;
      expect(says, name).toBe(SAMPLE_SAYS[name]);
      if (name === "good.npz") expect(kept).toBe(8);
    }
  });
  test("models", () => {
    for (const [name, bytes] of Object.entries(sampleModels([3, 8, 8], 4))) {
      const result = check(bytes, { shape: [3, 8, 8], classes: 4 });
      expect(result.ok ? null : result.problems[0]!.code, name).toBe(SAMPLE_SAYS[name]);
    }
  });
});
