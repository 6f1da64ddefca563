import { createHash } from "node:crypto";
import { expect, test } from "@playwright/test";
import { readNpz } from "#arrays/npz.ts";
import { makeToken, newcomer } from "#e2e/people.ts";
import { EVALUATION_MS, submissionOf, told, toScoredEntry } from "#e2e/submissions.ts";
import { changedBaseline, examples } from "#e2e/uploads.ts";

const slug = "mnist-linf";

test("somebody submits a defense, an attack by API breaks it, and its author is told, chooses and withdraws", async ({
  page,
  playwright,
  baseURL,
}) => {
  test.setTimeout(300_000);
  const person = await newcomer(page, "Defender");
  const name = `Quantised CNN of ${person.name}`;
  await page.goto(`/challenges/${slug}/submit/defense`);

  await test.step("the browser refuses what is no model, and describes what is one", async () => {
    const wrong = { name: "model.onnx", mimeType: "application/octet-stream", buffer: Buffer.from("not a model") };
    await page.getByLabel("Model", { exact: true }).setInputFiles(wrong);
    await expect(page.getByRole("alert").filter({ hasText: "it would be refused" })).toContainText(
      "model-not-protobuf",
    );
    await page.getByLabel("Model", { exact: true }).setInputFiles(changedBaseline(slug, "quantised.onnx"));
    await expect(page.getByText(/nodes, .* parameters; reads NCHW/)).toBeVisible();
  });

  await test.step("it is evaluated while the page tells how far it is, also after a reload", async () => {
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Claim").fill("0.5");
    await page.getByLabel("Licence").fill("MIT");
    await page
      .getByLabel("Description (optional)")
      .fill("An **undefended** network behind rounding, with $\\epsilon = 0$.");
    await page.getByRole("button", { name: "Submit the defense" }).click();
    await submissionOf(page);
    await expect(page.getByRole("heading", { name: "Log" })).toBeVisible();
    await page.reload();
    await toScoredEntry(page, "defense");
  });

  const defense = new URL(page.url()).pathname.split("/").at(-1)!;
  await test.step("its page shows claim, interval, evaluations, record and model", async () => {
    await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
    await expect(page.getByRole("group", { name: /^Robust accuracy over time/ })).toBeVisible();
    const evaluations = page.getByRole("table", { name: "Everything that the defense was measured with" });
    await expect(evaluations.getByRole("row")).not.toHaveCount(0);
    await expect(page.getByText("Its claim is refuted")).toBeVisible();
    await expect(page.getByRole("link", { name: "Download model.onnx" })).toBeVisible();
    const gauntlet = page.getByRole("table", { name: "What the gauntlet took" });
    await expect(gauntlet.getByRole("rowheader", { name: /^APGD-CE, / }).first()).toBeVisible();
    const fell = page.getByRole("region", { name: "What fell first" });
    const picture = fell.getByRole("img", { name: /^Point \d+: difference/ }).first();
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(28);
    await expect(page.getByRole("heading", { name: "Record" })).toBeVisible();
    await expect(page.locator("strong", { hasText: "undefended" })).toBeVisible();
  });

  const token = await makeToken(page, "an attack from a terminal");
  const api = await playwright.request.newContext({
    ...(baseURL === undefined ? {} : { baseURL }),
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  });

  await test.step("the model that is served is the model that was measured", async () => {
    const model = await api.get(`/api/v1/defenses/${defense}/model.onnx`);
    const sha256 = createHash("sha256")
      .update(await model.body())
      .digest("hex");
    await page.goto(`/defenses/${defense}`);
    await expect(page.getByText(sha256).first()).toBeVisible();
  });

  await test.step("its author may download what broke it, others may not", async () => {
    const address = `/api/v1/defenses/${defense}/examples.npz`;
    const read = readNpz(await (await api.get(address)).body(), ["x_adv", "index"]);
    expect(read.ok && read.arrays.get("x_adv")?.shape[0]).toBeGreaterThan(0);
    const stranger = await playwright.request.newContext(baseURL === undefined ? {} : { baseURL });
    expect((await stranger.get(address)).status()).toBe(403);
    await stranger.dispose();
  });

  await test.step("an attack sent with the token meets it", async () => {
    const file = await examples(api, slug, { steps: 76, rows: 1000 });
    const answer = await api.post(`/api/v1/challenges/${slug}/attacks`, {
      multipart: { examples: file, name: `Blocks against ${person.name}`, target: defense },
    });
    expect(answer.status()).toBe(201);
    const { id, url } = await answer.json();
    expect(url).toContain(`/submissions/${id}`);
    await expect.poll(async () => (await told(api, id)).status, { timeout: EVALUATION_MS }).toBe("scored");
    const met = (await told(api, id)).evaluations.find((evaluation) => evaluation.id === defense);
    expect(met?.attacked).toBeGreaterThan(900);
  });

  await test.step("a notice says that it broke, once", async () => {
    await page.goto("/settings/notices");
    await page
      .getByRole("link", { name: new RegExp(`^${name} is `) })
      .first()
      .click();
    await page.waitForURL(`/defenses/${defense}`);
    await page.goto("/settings/notices");
    await page.getByRole("button", { name: "Mark all as read" }).click();
    await expect(page.getByText("new", { exact: true })).toHaveCount(0);
  });

  await test.step("withdrawing asks first, and leaves it on record", async () => {
    await page.goto("/submissions");
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByRole("button", { name: "Rank this one" }).click();
    await expect(page.getByRole("button", { name: "Rank this one" })).toHaveCount(0);
    await page.getByText("Withdraw", { exact: true }).click();
    await page.getByRole("button", { name: "Yes, withdraw" }).click();
    await expect(page.getByText("Withdraw", { exact: true })).toHaveCount(0);
    await page.goto(`/defenses/${defense}`);
    await expect(page.getByText("Withdrawn by its author on")).toBeVisible();
  });
  await api.dispose();
});
