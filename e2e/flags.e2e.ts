import { expect, test } from "@playwright/test";

test("a red flag is on the defense's page with its evidence, in its record and in the API, and its explanation leads back", async ({
  page,
}) => {
  // The baseline that raises it may be in the gauntlet still.
  test.setTimeout(300_000);
  const explained = page.getByRole("region", { name: "Zero gradients" });
  // Lessons are linked there as well.
  const defense = explained.locator('a[href^="/defenses/"]').first();
  await expect(async () => {
    await page.goto("/flags");
    await expect(defense).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 200_000, intervals: [2_000] });
  await expect(explained).toContainText("Raised if");
  const address = await defense.getAttribute("href");
  await defense.click();
  await expect(page).toHaveURL(/\/defenses\//);
  const flag = page.getByRole("link", { name: "Zero gradients" });
  // In the gauntlet and in the record.
  await expect(flag).toHaveCount(2);
  await expect(
    page.getByText(/Red flag: Zero gradients\. The margin has no gradient for \d+ of \d+ inputs/),
  ).toBeVisible();
  await expect(page.getByText("Flagged: Zero gradients")).toBeVisible();
  const body = await (await page.request.get(`/api/v1${address!.replace("#gauntlet", "")}`)).json();
  const told = body.flags.find(({ id }: { id: string }) => id === "zero-gradients");
  expect(told).toMatchObject({ level: "warning", page: "/flags#zero-gradients" });
  expect(told.evidence.atStart).toBeGreaterThan(0);
  await flag.first().click();
  await expect(page).toHaveURL(/\/flags#zero-gradients$/);
});
