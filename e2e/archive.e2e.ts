import { expect, test } from "@playwright/test";
import { claimedAccuracy, lowestResult } from "#archive/outcome.ts";
import type { ArchiveRecord, ArchiveResult } from "#archive/record.ts";
import { records } from "#archive/records.ts";

/** What a text looks like once a browser has laid it out: any run of spaces is one. */
const plain = (text: string | null) => (text ?? "").replaceAll(/\s+/g, " ").trim();

/** Every figure that a record's page owes its reader, as the file has it. */
function figuresOf({ claim }: ArchiveRecord): string[] {
  const values = [claim.value, claim.robustAccuracyEquivalent ?? null];
  return values.filter((value) => value !== null).map((value) => `${value} %`);
}

/** The row of a result: date, name, figure or its absence, marks. */
function rowOf(result: ArchiveResult): string[] {
  const { date, name, technique, kind, resultingRobustAccuracy: value, otherMetric = {}, verified, source } = result;
  return [
    ...[date, plain(name), plain(technique), kind, plain(source)],
    value === null ? "no figure" : `${value} %`,
    ...Object.entries(otherMetric).map(([measure, other]) => `${measure} ${other}`),
    ...(verified ? [] : ["not verified"]),
    ...(result.arxiv === null ? [] : [`arXiv:${result.arxiv}`]),
    ...(result.arxivVerified === false ? ["id not checked"] : []),
    ...(result.note === undefined ? [] : [`Note: ${plain(result.note)}`]),
  ];
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("every record's page shows what the file says, figure by figure, note by note, result by result", async ({
    page,
  }) => {
    test.setTimeout(600_000);
    for (const record of records) {
      await page.goto(`/archive/${record.id}`, { waitUntil: "domcontentloaded" });
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(record.name);
      const main = plain(await page.getByRole("main").textContent());
      const { paper, claim, idea, notes } = record;
      const owed = [record.status, paper.title, paper.authors, paper.venue, record.category, idea, claim.metric];
      for (const text of [...owed, ...record.sources, ...(notes === undefined ? [] : [notes])])
        expect(main, record.id).toContain(plain(text));
      const facts = plain(await page.locator("dl.facts").textContent());
      for (const figure of [...figuresOf(record), claim.date]) expect(facts, record.id).toContain(figure);
      expect(facts.includes("not verified"), record.id).toBe(!claim.verified);
      const rows = (await page.locator("table.table tbody tr").allTextContents()).map(plain);
      expect(rows.length, record.id).toBe(record.breaks.length);
      // The file has them in order of time, and so has the page.
      for (const [at, result] of record.breaks.entries())
        for (const text of rowOf(result)) expect(rows[at], `${record.id}, result ${at}`).toContain(text);
    }
  });
});

test("the archive's JSON has every record, and a record's own is the file's, as it stands there", async ({
  request,
}) => {
  const all = await (await request.get("/archive.json")).json();
  expect(all.rows.map(({ id }: { id: string }) => id).sort()).toEqual(records.map(({ id }) => id).sort());
  for (const record of records) {
    const one = await (await request.get(`/archive/${record.id}.json`)).json();
    expect(one.record).toEqual(record);
    const accuracies = one.rows.map(({ accuracy }: { accuracy: number | null }) => accuracy);
    expect(accuracies).toEqual(record.breaks.map(({ resultingRobustAccuracy }) => resultingRobustAccuracy));
  }
});

test("the archive is filtered by its address, and a reporting paper lists what it broke", async ({ page }) => {
  await page.goto("/archive");
  await page.getByLabel("Category").selectOption("detection");
  await page.getByLabel("Status").selectOption("standing");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(/category=detection/);
  const standing = records.filter(({ category, status }) => category === "detection" && status === "standing");
  await expect(page.getByRole("rowheader")).toHaveCount(standing.length);
  await page.goto("/archive?author=no+such+author");
  await expect(page.getByText("No record matches.")).toBeVisible();
  await page.goto("/archive/papers/2003.01690");
  const reported = records.flatMap(({ breaks }) => breaks).filter(({ arxiv }) => arxiv === "2003.01690");
  await expect(page.getByText(`Reports ${reported.length} results on`)).toBeVisible();
});

test("nothing at an unknown record or paper, and hostile filters are answered", async ({ request }) => {
  for (const path of ["/archive/none", "/archive/none.json", "/archive/none.bib", "/archive/papers/none"])
    expect((await request.get(path)).status(), path).toBe(404);
  for (const q of ["%", "'; drop table archive; --", "<script>", "\u0000", "(((", "\u202e", "a ".repeat(40)])
    expect((await request.get("/archive", { params: { q } })).status(), q).toBe(200);
  expect((await request.get("/archive.json?sort=none")).status()).toBe(400);
});

test("the figures count every record once, and their points are the records' own", async ({ page }) => {
  for (const by of ["category", "year"]) {
    await page.goto(`/archive/figures?by=${by}`);
    const groups = await page
      .getByRole("table", { name: `Published defenses by ${by}` })
      .locator("tbody tr")
      .all();
    for (const group of groups) {
      const name = await group.locator("th").textContent();
      const of = records.filter(({ category, paper }) => name === (by === "year" ? String(paper.year) : category));
      const counts = ["broken", "partially broken", "standing"].map(
        (s) => of.filter(({ status }) => status === s).length,
      );
      const drawn = (await group.locator("td").allTextContents()).slice(0, 4).map(Number);
      expect(drawn, String(name)).toEqual([of.length, ...counts]);
    }
  }
  const points = records.flatMap((record) => {
    const [claimed, kept] = [claimedAccuracy(record), lowestResult(record)?.resultingRobustAccuracy ?? null];
    return claimed === null || kept === null ? [] : [`${record.name} | ${claimed} % | ${kept} %`];
  });
  const table = page.locator("table", { hasText: "What each defense claimed and what the lowest later result left" });
  const drawn = await table
    .locator("tbody tr")
    .evaluateAll((rows) => rows.map((row) => [0, 4, 5].map((at) => row.children[at]?.textContent).join(" | ")));
  expect(drawn.map(plain).sort()).toEqual(points.map(plain).sort());
});

test("a lesson counts the defenses that it was drawn from, and its flags lead back to it", async ({ page }) => {
  await page.goto("/lessons");
  await page.getByRole("main").getByRole("link", { name: "detection", exact: true }).click();
  const detectors = records.filter(({ category }) => category === "detection");
  const broken = detectors.filter(({ status }) => status === "broken");
  await expect(page.getByText(`${detectors.length} published defenses: ${broken.length} broken,`)).toBeVisible();
  const evidence = page.getByRole("table", { name: "Published defenses: detection" });
  await expect(evidence.getByRole("rowheader")).toHaveCount(detectors.length);
  // The lesson's own list comes first: a flag that a defense of this site was raised is linked once more below.
  await page.getByRole("link", { name: "Black-box beats white-box" }).first().click();
  await page.waitForURL(/flags#black-box-beats-white-box/);
  const flag = page.getByRole("region", { name: "Black-box beats white-box" });
  await flag.getByRole("link", { name: "detection", exact: true }).click();
  await page.waitForURL("/lessons/detection");
  expect((await page.request.get("/lessons/none")).status()).toBe(404);
});

test("machines find the whole archive: a sitemap, and on each page what it is and where its data are", async ({
  page,
  request,
}) => {
  const sitemap = await request.get("/sitemap.xml");
  const addresses = [...(await sitemap.text()).matchAll(/<loc>(.*?)<\/loc>/g)].map(([, url]) => new URL(url!).pathname);
  for (const { id } of records) expect(addresses).toContain(`/archive/${id}`);
  for (const path of addresses.filter((path) => !/^\/archive\/(?!papers$)/.test(path)))
    expect((await request.get(path)).status(), path).toBe(200);
  for (const path of ["/archive", "/archive/defensive-distillation"]) {
    await page.goto(path);
    const data = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? "");
    expect(data).toMatchObject({ "@context": "https://schema.org", "@type": "Dataset" });
    for (const { contentUrl, encodingFormat } of data.distribution) {
      const answer = await request.get(new URL(contentUrl).pathname);
      expect(answer.headers()["content-type"], contentUrl).toContain(encodingFormat);
    }
  }
});
