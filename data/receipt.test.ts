import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SignedReceipt, signedBytes } from "#contest/receipt.ts";
import { isSigned, receiptKeys, signReceipt } from "#data/receipt-key.ts";
import { addAttack, addChallenge, addDefense, addEvaluation } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";
import { provide } from "#env.ts";

let site: Site;
let signed: SignedReceipt;
beforeAll(async () => {
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10);
  const defense = await addDefense(db, challenge, people.other.id, 10);
  const attack = await addAttack(db, challenge, people.member.id);
  const { id } = await addEvaluation(db, challenge, attack.id, defense.id, [0, 9]);
  await db.evaluation.update({ where: { id }, data: { examplesSha: attack.examplesSha, modelSha: defense.modelSha } });
  const { readReceipt } = await import("#data/receipt.ts");
  signed = (await readReceipt(null, String(id)))!;
});
afterAll(() => site.close());

test("a receipt holds to its own contract, through JSON, and names examples, their points and every verdict", () => {
  expect(SignedReceipt.parse(JSON.parse(JSON.stringify(signed)))).toEqual(signed);
  const { receipt } = signed;
  expect(receipt).toMatchObject({
    kind: "attack",
    n: 10,
    verdicts: { attacked: 10, broken: 2 },
    settings: { draws: 1 },
  });
  expect([...Buffer.from(receipt.verdicts!.bits, "base64")]).toEqual([0b11111110, 0b01]);
  const index = Uint32Array.from({ length: 10 }, (_, i) => i);
  expect(receipt.sha256.index).toBe(createHash("sha256").update(new Uint8Array(index.buffer)).digest("hex"));
});

test("the site's key confirms a receipt, and no receipt in which any value is another", () => {
  const keys = receiptKeys();
  expect(isSigned(signed, keys)).toBe(true);
  const changed = changes(signed.receipt);
  expect(changed.length).toBeGreaterThan(35);
  for (const receipt of changed) expect(isSigned({ ...signed, receipt }, keys)).toBe(false);
});

test("whichever byte of the signature is another, it is refused", () => {
  const bytes = Buffer.from(signed.signature.value, "base64");
  for (const at of bytes.keys()) {
    const other = Buffer.from(bytes);
    other[at]! ^= 1;
    const signature = { ...signed.signature, value: other.toString("base64") };
    expect(isSigned({ ...signed, signature }, receiptKeys())).toBe(false);
  }
});

test("another installation's key is another, and confirms nothing of this one's", () => {
  const own = receiptKeys();
  provide({ GAUNTLET_SECRET: "1".repeat(64) });
  const others = receiptKeys();
  provide({ GAUNTLET_SECRET: "0".repeat(64) });
  expect(receiptKeys()).toEqual(own);
  expect(others).not.toEqual(own);
  expect(isSigned(signed, others)).toBe(false);
  // Nor does a key that only bears the right name.
  expect(isSigned(signed, { keys: [{ ...others.keys[0]!, kid: signed.signature.key }] })).toBe(false);
});

test("signing again gives the same signature, in whatever order the keys stand", () => {
  const turned = Object.fromEntries(Object.entries(signed.receipt).reverse()) as typeof signed.receipt;
  expect(signedBytes(turned)).toEqual(signedBytes(signed.receipt));
  expect(signReceipt(turned)).toEqual(signed.signature);
});

/** The value with one leaf changed, in every way that changes one leaf. */
function changes<T>(value: T): T[] {
  if (Array.isArray(value)) return value.flatMap((each, i) => changes(each).map((other) => value.with(i, other) as T));
  if (value !== null && typeof value === "object")
    return Object.entries(value).flatMap(([key, each]) => changes(each).map((other) => ({ ...value, [key]: other })));
  if (typeof value === "string") return [`${value}x` as T];
  if (typeof value === "number") return [(value + 1) as T];
  return ["x" as T];
}
