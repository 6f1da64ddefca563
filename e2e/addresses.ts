import type { Page } from "@playwright/test";

/** The challenge that journeys read. */
export const root = "/challenges/mnist-linf";

/** One of each kind of page in the archive. */
export const archivePages = [
  "/archive",
  "/archive/defensive-distillation",
  "/archive/results",
  "/archive/figures",
  "/archive/figures?by=year",
  "/archive/papers",
  "/archive/papers/2003.01690",
  "/lessons",
  "/lessons/detection",
];

/** Addresses of each kind of page that anybody may read, found by following links. */
export async function publicPages(page: Page): Promise<string[]> {
  await page.goto(`${root}/matrix`);
  const matrix = page.getByRole("table", { name: "Share of each defense's points that each attack broke" });
  const first = async (prefix: string) => matrix.locator(`a[href^="${prefix}"]`).first().getAttribute("href");
  const entries = await Promise.all(["/defenses/", "/attacks/", "/people/", "/evaluations/"].map(first));
  const boards = ["", "/start", "/defenses", "/attacks", "/attacks?view=attacks", "/matrix", "/history"].map(
    (part) => root + part,
  );
  await page.goto("/breaks");
  const fall = await page.locator('main a[href^="/breaks/"]').first().getAttribute("href");
  return [
    "/",
    "/challenges",
    "/breaks",
    String(fall),
    ...boards,
    `${root}/attacks/apgd-ce`,
    ...entries.map(String),
    `${entries[0]}/history`,
    ...archivePages,
    "/docs/api",
    "/flags",
    "/search",
    "/search?q=distilation",
    "/search?q=training&kind=archive&page=2",
    "/search?q=zzzzzz",
    "/sign-in",
    "/sign-up",
    "/nothing-here",
  ];
}

/** Addresses of the pages that want an account; the last are for those who run the site. */
export const membersPages = [
  `${root}/submit/defense`,
  `${root}/submit/attack`,
  "/submissions",
  "/settings",
  "/settings/tokens",
  "/settings/notices",
  "/archive/defensive-distillation/correct",
  "/admin",
  "/admin/corrections",
];
