import * as z from "zod";
import { canonicalJson } from "#contest/canonical-json.ts";
import { Norm } from "#contest/threat-model.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Count = z.int().min(0);
const Id = z.string().min(1).max(100);

/** How the rows of an evaluation were judged: all of the challenge's settings that decide a verdict. */
const Settings = z.strictObject({
  norm: Norm,
  epsilon: z.number().positive(),
  grid: z.int().nullable(),
  range: z.tuple([z.number(), z.number()]),
  shape: z.array(z.int().min(1)).length(3),
  classes: z.int().min(2).max(1000),
  draws: z.int().min(1).max(999).describe("Runs of each row: 1, or the challenge's number for a randomised model"),
  noiseSha256: Sha256.nullable().describe(
    "Of the seed that the noise of a randomised model comes from; null for others",
  ),
});

/** What came of it. Absent from the receipt of a holdout, of which nothing is told. */
const Verdicts = z.strictObject({
  bits: z
    .base64()
    .max(2_000_000)
    .describe(
      "One bit a point, point i at bit i mod 8 of byte i div 8: 1 where it was answered rightly or not attacked",
    ),
  attacked: Count.describe("Rows on points that the defense answers rightly unattacked"),
  broken: Count.describe("Of those, answered wrongly"),
  invalid: Count.describe("Rows without a valid answer"),
  crashed: Count.describe("Rows whose run crashed twice"),
  taken: Count.describe("Points that fell by it"),
  standingBefore: Count,
  standingAfter: Count,
});

/** Everything that one evaluation was, so that anybody can do it again: rule 12. */
export const Receipt = z.strictObject({
  version: z.literal(1),
  evaluation: z.string().regex(/^[0-9]{1,18}$/),
  kind: z.enum(["clean", "holdout", "attack", "house"]),
  challenge: Id,
  defense: Id,
  attack: Id.nullable().describe("The participant's attack; null for what the house measured"),
  subject: z.string().max(100),
  n: z.int().min(1).describe("Points of the challenge"),
  settings: Settings,
  sha256: z.strictObject({
    model: Sha256.describe("Of the canonical model, the file that is downloaded"),
    points: Sha256.describe("Of the points as little-endian float32"),
    labels: Sha256.describe("Of their classes as little-endian uint16"),
    examples: Sha256.nullable().describe(
      "Of the admissible rows as little-endian float32; null where no file was measured",
    ),
    index: Sha256.nullable().describe("Of the points that they attack, ascending, as little-endian uint32"),
  }),
  evaluator: z.strictObject({
    version: z.string().max(40),
    onnxRuntime: z.string().max(40),
    provider: z.string().max(40),
    cpu: z.string().max(300),
  }),
  seed: z.string().max(64).describe("Of the order of the rows; of a house attack, of all its random streams"),
  seconds: z.number().min(0),
  verdicts: Verdicts.nullable(),
  at: z.iso.datetime(),
});
export type Receipt = z.infer<typeof Receipt>;

/** A receipt and the site's signature of its canonical JSON (RFC 8785), by the key that /.well-known/gauntlet-key.json shows. */
export const SignedReceipt = z.strictObject({
  receipt: Receipt,
  signature: z.strictObject({
    algorithm: z.literal("Ed25519"),
    key: z.string().max(100).describe("The key's id: its JWK thumbprint (RFC 7638)"),
    value: z.base64().length(88),
  }),
  noiseSeed: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .describe("The seed whose hash is settings.noiseSha256, once the challenge has closed"),
});
export type SignedReceipt = z.infer<typeof SignedReceipt>;

/** The key that receipts are signed with, as a set of JSON Web Keys (RFC 7517, RFC 8037). */
export const ReceiptKeys = z.object({
  keys: z
    .array(z.object({ kty: z.literal("OKP"), crv: z.literal("Ed25519"), x: z.string().length(43), kid: z.string() }))
    .min(1)
    .max(16),
});
export type ReceiptKeys = z.infer<typeof ReceiptKeys>;

/** The bytes that a receipt's signature is made over. */
export function signedBytes(receipt: Receipt): Uint8Array {
  return new TextEncoder().encode(canonicalJson(receipt));
}
