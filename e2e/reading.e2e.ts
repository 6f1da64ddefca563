import { expect, type Page, test } from "@playwright/test";
import { publicPages, root } from "#e2e/addresses.ts";

const boards = [
  { path: `${root}/defenses`, caption: "Defenses of the challenge", column: "name" },
  { path: `${root}/attacks?view=attacks`, caption: "Attacks of the challenge", column: "name" },
];

/** The first line of each row's header, in the page's order. */
async function rowNames(page: Page, caption: string): Promise<string[]> {
  const headers = await page.getByRole("table", { name: caption }).getByRole("rowheader").allInnerTexts();
  return headers.map((text) => text.split("\n")[0]!);
}

/** An address with an ending before its parameters. */
function dataAddress(path: string, format: "json" | "csv"): string {
  const [place, parameters] = path.split("?");
  return `${place}.${format}${parameters === undefined ? "" : `?${parameters}`}`;
}

test("a visitor finds a challenge, its boards, its matrix and a person", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Latest breaks" })).toBeVisible();
  await page.getByRole("link", { name: "MNIST, L∞ 76/255", exact: true }).first().click();
  await expect(page.getByRole("heading", { name: "Enter in three commands" })).toBeVisible();
  const parts = page.getByRole("navigation", { name: "Parts of the challenge" });
  await parts.getByRole("link", { name: "Defenses" }).click();
  await expect(page.getByRole("rowheader", { name: "PGD-adversarially trained CNN" })).toBeVisible();
  await parts.getByRole("link", { name: "Matrix" }).click();
  const row = page
    .getByRole("row")
    .filter({ has: page.getByRole("rowheader", { name: "PGD-40 on the undefended CNN" }) });
  await row.getByRole("cell").getByRole("link").first().click();
  await expect(page.getByText("ONNX Runtime", { exact: true })).toBeVisible();
  await page.goto(`${root}/attacks`);
  await page
    .getByRole("table", { name: "Attackers of the challenge" })
    .getByRole("rowheader")
    .first()
    .getByRole("link")
    .click();
  await expect(page.getByRole("heading", { name: "Entries" })).toBeVisible();
});

test("boards sort and filter by their address", async ({ page }) => {
  const path = `${root}/defenses`;
  await page.goto(path);
  await page.getByRole("columnheader", { name: "Defense", exact: true }).getByRole("link").click();
  await page.waitForURL(/sort=name/);
  const ascending = await rowNames(page, "Defenses of the challenge");
  await page.getByRole("columnheader", { name: "Defense", exact: true }).getByRole("link").click();
  await page.waitForURL(/sort=-name/);
  await expect.poll(() => rowNames(page, "Defenses of the challenge")).toEqual(ascending.toReversed());
  await page.getByLabel("Name or author").fill("svm");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(/q=svm/);
  await expect.poll(() => rowNames(page, "Defenses of the challenge")).toEqual(["RBF SVM"]);
  await page.goto(`${path}?q=no+such+defense`);
  await expect(page.getByText("No defense matches.")).toBeVisible();
});

for (const { path, caption, column } of boards)
  test(`the rows of ${path} are the same as JSON and as CSV`, async ({ page, request }) => {
    await page.goto(path);
    const drawn = await rowNames(page, caption);
    expect(drawn.length).toBeGreaterThan(1);
    const json = await request.get(dataAddress(path, "json"));
    expect((await json.json()).rows.map((row: Record<string, string>) => row[column])).toEqual(drawn);
    const csv = await request.get(dataAddress(path, "csv"));
    expect(csv.headers()["content-type"]).toContain("text/csv");
    const [head, ...lines] = (await csv.text()).trimEnd().split("\r\n");
    const at = head!.split(",").indexOf(column);
    expect(lines.map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/)[at]!.replaceAll('"', ""))).toEqual(drawn);
    await page.getByRole("link", { name: "JSON" }).click();
    await expect(page).toHaveURL(/\.json/);
  });

test("an unknown address answers 404 with a way on", async ({ page }) => {
  for (const path of [
    "/nothing-here",
    "/challenges/none",
    "/defenses/none",
    "/attacks/none",
    "/people/none",
    "/admin",
  ]) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { name: "There is nothing at this address." })).toBeVisible();
  }
  await page.getByRole("main").getByRole("link", { name: "All challenges" }).click();
  await page.waitForURL("/challenges");
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test("no page is wider than the screen", async ({ page }) => {
    for (const path of await publicPages(page)) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 }), path).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(360);
    }
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("boards, a defense and the forms are there, and filters work", async ({ page }) => {
    await page.goto(`${root}/defenses`);
    await page.getByLabel("Name or author").fill("quantisation");
    await page.getByRole("button", { name: "Apply" }).click();
    await expect(page.getByRole("rowheader")).toHaveCount(1);
    await page.getByRole("link", { name: "8-level quantisation" }).click();
    await expect(page.getByRole("group", { name: /^Robust accuracy over time/ })).toBeVisible();
    await expect(page.getByRole("table", { name: "Everything that the defense was measured with" })).toBeVisible();
    await page.goto(`${root}/submit/attack`);
    await page.getByLabel("E-mail").fill("nobody@example.org");
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert").filter({ hasText: "do not belong together" })).toBeVisible();
    await expect(page.getByLabel("E-mail")).toHaveValue("nobody@example.org");
  });
});
