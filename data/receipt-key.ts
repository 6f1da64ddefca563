import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { canonicalJson } from "#contest/canonical-json.ts";
import { type Receipt, type ReceiptKeys, type SignedReceipt, signedBytes } from "#contest/receipt.ts";
import { installationKey } from "#env.ts";

/**
 * The Ed25519 key of this installation's receipts. It follows from the installation's secret, so that a backup keeps it
 * and no file more has to be kept secret. No "server-only" here: the command that checks a receipt runs outside of the site.
 */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

function privateKey(): KeyObject {
  const seed = installationKey("receipt key").export();
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
}

/** The public half, as the site shows it to everybody. */
export function receiptKeys(): ReceiptKeys {
  const { x } = createPublicKey(privateKey()).export({ format: "jwk" });
  return { keys: [{ kty: "OKP", crv: "Ed25519", x: x!, kid: thumbprint(x!) }] };
}

/** RFC 7638: SHA-256 of the key's required members in canonical JSON. */
function thumbprint(x: string): string {
  return createHash("sha256")
    .update(canonicalJson({ crv: "Ed25519", kty: "OKP", x }))
    .digest("base64url");
}

/** Signs a receipt with this installation's key. */
export function signReceipt(receipt: Receipt): SignedReceipt["signature"] {
  const value = sign(null, signedBytes(receipt), privateKey()).toString("base64");
  return { algorithm: "Ed25519", key: receiptKeys().keys[0]!.kid, value };
}

/** Whether the signature is one of these keys' over exactly this receipt. */
export function isSigned({ receipt, signature }: Pick<SignedReceipt, "receipt" | "signature">, { keys }: ReceiptKeys) {
  const key = keys.find(({ kid, x }) => kid === signature.key && kid === thumbprint(x));
  if (!key) return false;
  const { kty, crv, x } = key;
  const publicKey = createPublicKey({ key: { kty, crv, x }, format: "jwk" });
  return verify(null, signedBytes(receipt), publicKey, Buffer.from(signature.value, "base64"));
}
