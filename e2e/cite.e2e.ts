import { expect, test } from "@playwright/test";
import { root } from "#e2e/addresses.ts";

test("a break is found from the list, told on a page of its own, and cited", async ({ page, request }) => {
  await page.goto("/breaks?threshold=collapsed");
  const row = page.getByRole("table", { name: "Breaks" }).getByRole("row").nth(1);
  const defense = (await row.getByRole("rowheader").getByRole("link").first().textContent())!;
  await row.getByRole("link", { name: "UTC" }).click();
  await page.waitForURL(/\/breaks\/\d+$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(defense);
  const address = page.url();
  await expect(page.getByText("never changes")).toContainText(address);
  expect(await (await request.get(`${address}/cite.bib`)).text()).toContain(`\\url{${address}}`);
  const cff = await request.get(`${address}/cite.cff`);
  expect(await cff.text()).toMatch(/^cff-version: 1\.2\.0\n/);
  const { rows } = await (await request.get(`${address}.json`)).json();
  expect(rows).toMatchObject([{ defense, threshold: "collapsed" }]);
});

test("feeds are announced, are XML, lead to the site, and are not sent twice", async ({ page, request }) => {
  for (const path of ["/", root]) {
    await page.goto(path);
    const feed = page.locator('head link[rel="alternate"][type="application/atom+xml"]').first();
    const address = (await feed.getAttribute("href"))!;
    const read = await page.evaluate(async (url) => {
      const xml = new DOMParser().parseFromString(await (await fetch(url)).text(), "application/xml");
      const link = xml.querySelector("entry link")?.getAttribute("href") ?? null;
      return { root: xml.documentElement.namespaceURI, faults: xml.querySelectorAll("parsererror").length, link };
    }, new URL(address).pathname);
    expect(read).toMatchObject({ root: "http://www.w3.org/2005/Atom", faults: 0 });
    expect((await request.get(read.link!)).status()).toBe(200);
    const etag = (await request.get(address)).headers().etag!;
    expect((await request.get(address, { headers: { "if-none-match": etag } })).status()).toBe(304);
  }
});

test("a defense's badge is drawn, here and for other sites, and its link has a picture", async ({ page, request }) => {
  await page.goto(`${root}/defenses`);
  await page.getByRole("rowheader").getByRole("link").first().click();
  const badge = page.getByRole("img", { name: /on Gauntlet: / });
  await expect(badge).toBeVisible();
  expect(await badge.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(50);
  const answer = await request.get((await badge.getAttribute("src"))!);
  expect(answer.headers()["cross-origin-resource-policy"]).toBe("cross-origin");
  // As other sites read it. On a page that was come to by a link, the last page's description may still be there for a moment.
  await page.reload();
  const preview = await page.locator('meta[property="og:image"]').getAttribute("content");
  expect((await request.get(preview!)).headers()["content-type"]).toBe("image/png");
});

test("a challenge's points are described for programs", async ({ page, request }) => {
  await page.goto(root);
  await page.getByRole("link", { name: "Croissant" }).click();
  const { distribution } = await (await request.get(`${root}/croissant.json`)).json();
  const points = await (await request.get(distribution[0].contentUrl)).body();
  expect(distribution[0].contentSize).toBe(`${points.length} B`);
});
