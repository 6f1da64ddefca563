import { expect, type Page, test } from "@playwright/test";
import { makeToken, newcomer, signIn, signInAsFirstAdmin, signUp } from "#e2e/people.ts";

const refusal = (page: Page, text: string) => page.getByRole("alert").filter({ hasText: text });

test("an account is made, refuses a wrong password, and ends all its sessions with a new one", async ({
  page,
  browser,
  baseURL,
}) => {
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("   ");
  await page.getByLabel("E-mail").fill("somebody@example.org");
  await page.getByLabel("Password").fill("a long password");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(refusal(page, "name")).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue("somebody@example.org");

  const person = await signUp(page, "Person");
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(refusal(page, "do not belong together")).toBeVisible();
  await expect(page.getByLabel("E-mail")).toHaveValue(person.email);
  await signIn(page, person);

  const elsewhere = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const other = await elsewhere.newPage();
  await signIn(other, person);
  await page.goto("/settings");
  await page.getByLabel("Affiliation").fill("University of Somewhere");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("status").filter({ hasText: /saved/i })).toBeVisible();
  await page.getByLabel("Present password").fill(person.password);
  await page.getByLabel("New password").fill("another horse entirely");
  await page.getByRole("button", { name: "Set the new password" }).click();
  await expect(page.getByRole("status").filter({ hasText: /password/i })).toBeVisible();
  await page.goto("/settings");
  await expect(page.getByLabel("Affiliation")).toHaveValue("University of Somewhere");
  await other.goto("/settings");
  await other.waitForURL(/\/sign-in/);
  await elsewhere.close();
});

test("a page for those who are signed in sends there, and back", async ({ page }) => {
  const person = await signUp(page, "Visitor");
  await page.goto("/challenges/mnist-linf/submit/defense");
  await page.waitForURL(/\/sign-in\?next=/);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("/challenges/mnist-linf/submit/defense");
  await expect(page.getByText("an organizer has approved you")).toBeVisible();
});

test("a token is shown once, works, and stops working when it is revoked", async ({ page, playwright, baseURL }) => {
  await newcomer(page, "Programmer");
  const token = await makeToken(page, "a script");
  await page.reload();
  await expect(page.getByText(token)).toHaveCount(0);
  await expect(page.getByText("not used yet")).toBeVisible();
  const api = await playwright.request.newContext({
    ...(baseURL === undefined ? {} : { baseURL }),
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  });
  expect((await api.get("/api/v1/challenges")).status()).toBe(200);
  await page.reload();
  await expect(page.getByText("last used")).toBeVisible();
  await page.getByText("Revoke", { exact: true }).click();
  await page.getByRole("button", { name: "Yes, revoke" }).click();
  await expect(page.getByText("You have none.")).toBeVisible();
  expect((await api.get("/api/v1/challenges")).status()).toBe(401);
  await api.dispose();
});

test("the first admin sees the queue, the evaluator and the disk, approves a person and suspends one", async ({
  page,
  browser,
  baseURL,
}) => {
  const elsewhere = await browser.newContext(baseURL === undefined ? {} : { baseURL });
  const other = await elsewhere.newPage();
  const person = await newcomer(other, "Approved");
  await signInAsFirstAdmin(page);
  await page.getByRole("link", { name: "Admin" }).click();
  await expect(page.getByRole("heading", { name: "Operations" })).toBeVisible();
  await expect(page.getByText("Disk free")).toBeVisible();
  await expect(page.getByRole("cell", { name: "bubblewrap+seccomp+rlimits" })).toBeVisible();
  await expect(page.getByRole("cell", { name: "alive" })).toBeVisible();
  const line = page.getByRole("listitem").filter({ hasText: person.email });
  await line.getByRole("button", { name: "Approve" }).click();
  await expect(line).toHaveCount(0);
  await other.goto("/settings");
  await expect(other.getByText("until an organizer has approved you")).toHaveCount(0);

  await page.getByLabel("Name, handle or e-mail").fill(person.email);
  await page.getByRole("button", { name: "Find" }).click();
  await line.getByText("Suspend", { exact: true }).click();
  await line.getByRole("button", { name: "Yes, suspend" }).click();
  await expect(line.getByRole("button", { name: "Let in again" })).toBeVisible();
  await other.goto("/settings");
  await other.waitForURL(/\/sign-in/);
  await elsewhere.close();

  const metrics = await page.request.get("/api/v1/metrics");
  expect(await metrics.text()).toMatch(/^gauntlet_evaluators\S* \d/m);
});
