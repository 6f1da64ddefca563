import { type APIRequestContext, expect, type Page } from "@playwright/test";

/** How long an evaluation may take on a busy machine, a dead evaluator's job included. */
export const EVALUATION_MS = 150_000;

/** A submission as the API tells of it, as far as journeys look. */
export interface Told {
  id: string;
  status: string;
  attempt: string | null;
  problems: { code: string }[];
  result: { n: number; cleanAccuracy: number | null; robustAccuracy: number | null; success: number | null } | null;
  evaluations: { kind: string; id: string | null; name: string; attacked: number; broken: number }[];
}

/** The id in the address of the submission's page, once the browser is there. */
export async function submissionOf(page: Page): Promise<string> {
  await page.waitForURL(/\/submissions\/[^/]+$/);
  return new URL(page.url()).pathname.split("/").at(-1)!;
}

/** Waits on a submission's page, which brings itself up to date, until it links to the entry; follows that link. */
export async function toScoredEntry(page: Page, kind: "attack" | "defense"): Promise<void> {
  const link = page.getByRole("link", { name: `The ${kind}'s page` });
  await expect(link).toBeVisible({ timeout: EVALUATION_MS });
  await link.click();
  await page.waitForURL(new RegExp(`/${kind}s/`));
}

/** What the API says of a submission to whoever `request` is signed in as. */
export async function told(
  request: APIRequestContext,
  id: string,
  headers: Record<string, string> = {},
): Promise<Told> {
  return (await request.get(`/api/v1/submissions/${id}`, { headers })).json();
}
