import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { membersPages, publicPages } from "#e2e/addresses.ts";
import { signInAsFirstAdmin } from "#e2e/people.ts";

/** What axe finds on each page, one line a finding. */
async function findings(page: Page, paths: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 }), path).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const { id, help, nodes } of violations)
      for (const { html } of nodes) found.push(`${path}: ${id}: ${help}: ${html.slice(0, 200)}`);
  }
  return found;
}

for (const colorScheme of ["light", "dark"] as const)
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });
    // Some forty pages, one after the other.
    test.slow();

    test("axe finds nothing on the pages for everybody", async ({ page }) => {
      expect(await findings(page, await publicPages(page))).toEqual([]);
    });

    test("axe finds nothing on the pages of people with an account", async ({ page }) => {
      await signInAsFirstAdmin(page);
      expect(await findings(page, membersPages)).toEqual([]);
    });
  });
