import { expect, test } from "@playwright/test";
import { signInAsFirstAdmin } from "#e2e/people.ts";

const record = "/archive/defensive-distillation";

test("whoever is not signed in is led to sign in before proposing", async ({ page }) => {
  await page.goto(record);
  await page.getByRole("link", { name: "Propose a correction" }).click();
  await page.waitForURL(/\/sign-in\?next=/);
});

test("a proposal is made, looked at, and then shown beside the record, on the page and as JSON", async ({
  page,
  request,
}) => {
  const says = "99.5 % at another radius";
  await signInAsFirstAdmin(page);
  await page.goto(record);
  await page.getByRole("link", { name: "Propose a correction" }).click();
  await page.getByLabel("What it should say").fill(says);
  await page.getByRole("textbox", { name: "Source", exact: true }).fill("my own notes");
  await page.getByRole("button", { name: "Propose" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "an arXiv id such as" })).toBeVisible();
  await expect(page.getByLabel("What it should say")).toHaveValue(says);
  await page.getByRole("textbox", { name: "Source", exact: true }).fill("arXiv:1511.04508");
  await page.getByRole("button", { name: "Propose" }).click();
  await expect(page.getByRole("status")).toContainText("Thank you.");
  await page.reload();
  await expect(page.getByText("nobody has decided yet")).toBeVisible();
  await page.goto(record);
  await expect(page.getByText(says)).toHaveCount(0);
  await page.goto("/admin");
  await page.getByRole("link", { name: /^Corrections \(\d+ waiting\)/ }).click();
  const proposal = page.getByRole("region", { name: "Waiting" }).getByRole("listitem").filter({ hasText: says });
  await proposal.getByLabel("Decision on Claim").selectOption("Accept");
  await proposal.getByLabel("Reason, for everybody to read").fill("Table 2 says so.");
  await proposal.getByRole("button", { name: "Decide" }).click();
  await expect(page.getByRole("region", { name: "Decided" }).getByText(says)).toBeVisible();
  await page.goto(record);
  await expect(page.getByText("corrected:").first()).toBeVisible();
  await expect(page.getByRole("region", { name: "Corrections" })).toContainText("Table 2 says so.");
  const { record: file, corrections } = await (await request.get(`${record}.json`)).json();
  expect(file.claim.value).toBe(0.45);
  expect(corrections).toMatchObject([{ field: "claim", says, source: "https://arxiv.org/abs/1511.04508" }]);
});
