import { expect, test } from "@playwright/test";

test("a slash leads from any page to the search, and what is mistyped is still found", async ({ page }) => {
  await page.goto("/archive");
  const field = page.getByRole("searchbox", { name: "Search the site" });
  // A key pressed before the page's scripts run is nobody's: whoever sees nothing happen presses again.
  await expect(async () => {
    await page.keyboard.press("/");
    await expect(field).toBeFocused({ timeout: 500 });
  }).toPass();
  // Where somebody types, a slash is a slash.
  await page.keyboard.type("distilation/");
  await expect(field).toHaveValue("distilation/");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/search\?q=distilation/);
  const archive = page.getByRole("region", { name: /^Archive/ });
  await expect(archive.getByRole("link", { name: "Defensive Distillation", exact: true })).toBeVisible();
  await expect(archive.locator("mark", { hasText: "Distillation" }).first()).toBeVisible();
  await expect(archive.getByText("spelt alike").first()).toBeVisible();
});

test("the kinds are grouped, and each has its pages", async ({ page }) => {
  await page.goto("/search?q=adversarial");
  for (const name of [/^Defenses/, /^Archive/]) await expect(page.getByRole("region", { name })).toBeVisible();
  await page.getByRole("link", { name: /^All \d+ archive/ }).click();
  await page.waitForURL(/kind=archive/);
  await page.getByRole("link", { name: "Next →" }).click();
  await page.waitForURL(/page=2/);
  await expect(
    page
      .getByRole("region", { name: /^Archive/ })
      .getByRole("listitem")
      .first(),
  ).toBeVisible();
  await expect(page.getByRole("region", { name: /^Defenses/ })).toHaveCount(0);
});

test.describe("without JavaScript, on a narrow screen", () => {
  test.use({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });

  test("the header's field is a form, and nothing is wider than the page", async ({ page }) => {
    await page.goto("/");
    await page.getByRole("searchbox", { name: "Search the site" }).fill("carlini");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/search\?q=carlini/);
    await expect(page.getByRole("region", { name: /^Archive/ })).toBeVisible();
    const width = await page.locator("html").evaluate((html) => html.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
  });

  test("what nothing answers says what to do next", async ({ page }) => {
    await page.goto("/search?q=zzzzzz");
    await expect(page.getByText("Leave a word out, or write only how it begins.")).toBeVisible();
    await page.goto(`/search?q=${"x".repeat(300)}`);
    await expect(page.getByText("a text of at most 200 characters")).toBeVisible();
  });
});
