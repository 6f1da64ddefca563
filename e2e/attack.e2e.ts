import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { newcomer } from "#e2e/people.ts";
import { EVALUATION_MS, toScoredEntry } from "#e2e/submissions.ts";
import { examples } from "#e2e/uploads.ts";

const slug = "mnist-linf";

test("somebody signs up, attacks, and sees what the attack broke", async ({ page, request }) => {
  test.setTimeout(240_000);
  const person = await newcomer(page, "Attacker");
  await page.getByRole("link", { name: "Challenges", exact: true }).click();
  await page.waitForURL("/challenges");
  await page.getByRole("link", { name: "MNIST, L∞ 76/255", exact: true }).click();
  await page.getByRole("link", { name: "Submit an attack" }).first().click();
  await expect(page.getByRole("heading", { name: /^20 attempts left/ })).toBeVisible();

  await test.step("the browser refuses examples out of the ball, and nothing is sent", async () => {
    await page.getByLabel("Examples").setInputFiles(await examples(request, slug, { steps: 90, rows: 50 }));
    const refusal = page.getByRole("alert").filter({ hasText: "it would be refused" });
    await expect(refusal).toContainText("no-admissible-row");
    await expect(refusal).toContainText("too far from their point");
    await page.reload();
    await expect(page.getByRole("heading", { name: /^20 attempts left/ })).toBeVisible();
  });

  await test.step("a good file, dropped on the form, is submitted and scored", async () => {
    const good = await examples(request, slug, { steps: 76, rows: 1000 });
    const dropped = await page.evaluateHandle(
      ([name, base64]) => {
        const transfer = new DataTransfer();
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
        return transfer;
      },
      [good.name, good.buffer.toString("base64")] as const,
    );
    await page.getByText("or drop the file here").dispatchEvent("drop", { dataTransfer: dropped });
    await expect(page.getByText("1000 of 1000 rows are admissible.")).toBeVisible();
    await page.getByLabel("Name").fill(`Blocks of ${person.name}`);
    await page.getByLabel("Queries per point (optional)").fill("0");
    await page.getByRole("button", { name: "Submit the attack" }).click();
    await page.waitForURL(/\/submissions\//);
    await expect(page.getByRole("heading", { name: "Log" })).toBeVisible();
    await toScoredEntry(page, "attack");
  });

  const attack = new URL(page.url()).pathname;
  await test.step("its page: each defense that it met, and a gallery whose examples have addresses", async () => {
    await expect(page.getByRole("heading", { name: `Blocks of ${person.name}`, level: 1 })).toBeVisible();
    const met = page.getByRole("table", { name: "What the attack did to each defense" });
    await expect(met.getByRole("rowheader", { name: "Undefended CNN" })).toBeVisible();
    const picture = page.getByRole("img", { name: /^Point \d+: adversarial example$/ }).first();
    await picture.scrollIntoViewIfNeeded();
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await page
      .getByRole("link", { name: /^Point .* label/ })
      .first()
      .click();
    await page.waitForURL(/example=\d+/);
    const deep = page.url();
    const point = new URL(deep).searchParams.get("example");
    await page.goto("about:blank");
    await page.goto(deep);
    await expect(page.getByRole("heading", { name: new RegExp(`^Point ${point}, true label \\d$`) })).toBeVisible();
    const answers = page.getByRole("table", { name: "What each defense answered to the example" });
    await expect(answers.getByRole("rowheader", { name: "RBF SVM" })).toBeVisible();
  });

  await test.step("the matrix and the board have it", async () => {
    await page.goto(`/challenges/${slug}/matrix`);
    const row = page.getByRole("row").filter({ has: page.locator(`a[href="${attack}"]`) });
    await expect(row.getByRole("link", { name: /%$|^none$/ })).not.toHaveCount(0);
    await page.goto(`/challenges/${slug}/attacks`);
    const attackers = page.getByRole("table", { name: "Attackers of the challenge" });
    await expect(async () => {
      await page.reload();
      await expect(attackers.getByRole("rowheader", { name: person.name })).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 30_000 });
    await page.getByRole("link", { name: "By attack" }).click();
    const attacks = page.getByRole("table", { name: "Attacks of the challenge" });
    await expect(attacks.getByRole("rowheader", { name: `Blocks of ${person.name}` })).toBeVisible();
  });
});

test("a file that was submitted before is refused, and costs nothing", async ({ page }) => {
  await newcomer(page, "Copyist");
  await page.goto(`/challenges/${slug}/submit/attack`);
  const buffer = readFileSync(`challenges/${slug}/attacks/noise.npz`);
  await page.getByLabel("Examples").setInputFiles({ name: "noise.npz", mimeType: "application/zip", buffer });
  await page.getByLabel("Name").fill("Somebody else's noise");
  await page.getByRole("button", { name: "Submit the attack" }).click();
  // Next.js announces each navigation in an alert of its own, which is empty.
  const refusal = page.getByRole("alert").filter({ hasText: "This attack was refused." });
  await expect(refusal).toContainText("duplicate-examples", { timeout: EVALUATION_MS });
  await page.goto(`/challenges/${slug}/submit/attack`);
  await expect(page.getByRole("heading", { name: /^20 attempts left/ })).toBeVisible();
});
