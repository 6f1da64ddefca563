import { randomBytes } from "node:crypto";
import { expect, type Page } from "@playwright/test";
import { env } from "#env.ts";

/** Somebody with an account of their own, so that no journey meets what another one left. */
export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Makes an account through the form for sign-up; ends at the form for sign-in. Names are unique: `role` and a number. */
export async function signUp(page: Page, role: string): Promise<Person> {
  const mark = randomBytes(4).toString("hex");
  const person = { name: `${role} ${mark}`, email: `${mark}@example.org`, password: `correct horse ${mark}` };
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  return person;
}

/** Signs in through the form, from whatever page. */
export async function signIn(page: Page, { email, password }: Pick<Person, "email" | "password">): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("navigation", { name: "Account" })).toBeVisible();
}

/** Signs up and in. */
export async function newcomer(page: Page, role: string): Promise<Person> {
  const person = await signUp(page, role);
  await signIn(page, person);
  return person;
}

/** Signs in as the account that the installation made at its first start. */
export async function signInAsFirstAdmin(page: Page): Promise<void> {
  if (env.E2E_EMAIL === undefined || env.E2E_PASSWORD === undefined)
    throw new Error("E2E_EMAIL and E2E_PASSWORD: run the journeys with npm run e2e.");
  await signIn(page, { email: env.E2E_EMAIL, password: env.E2E_PASSWORD });
}

/** Makes a token under Settings for the person who is signed in; stays on that page. */
export async function makeToken(page: Page, name: string): Promise<string> {
  await page.goto("/settings/tokens");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Make the token" }).click();
  await expect(page.getByRole("status")).toContainText("it is not shown again");
  return page.getByLabel("Secret").inputValue();
}
