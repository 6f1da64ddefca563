import { createHash } from "node:crypto";
import { readNpz } from "#arrays/npz.ts";
import { Ended, EXIT } from "#commands/gauntlet/exit.ts";
import type { Site } from "#commands/gauntlet/site.ts";
import { type Receipt, ReceiptKeys, SignedReceipt } from "#contest/receipt.ts";
import { isSigned } from "#data/receipt-key.ts";

/** What an evaluation was measured on, each byte of it as the receipt names it. */
export interface Evidence {
  receipt: Receipt;
  model: Uint8Array;
  /** The clean points, float32 [n, ...shape], and their classes. */
  x: Float32Array;
  labels: Uint16Array;
  /** What the defense was asked: a row a point of `points`, which ascend; the clean points themselves for `clean`. */
  rows: Float32Array;
  points: number[];
  /** Hex; of the noise of a randomised model, null where it is not public yet. */
  noiseSeed: string | null;
}

/** The receipt of an evaluation with a signature that the site's key confirms. Throws Ended for any other. */
export async function signedReceipt(site: Site, id: string): Promise<SignedReceipt> {
  if (!/^\d{1,18}$/.test(id)) throw new Ended(EXIT.usage, "bad-id", `"${id}" is not the number of an evaluation.`);
  const keys = await site.json("/.well-known/gauntlet-key.json", ReceiptKeys);
  const signed = await site.json(`evaluations/${id}/receipt`, SignedReceipt);
  if (!isSigned(signed, keys) || signed.receipt.evaluation !== id)
    throw new Ended(EXIT.failed, "bad-signature", `The site's key does not confirm the receipt of evaluation ${id}.`);
  return signed;
}

/** Downloads everything that an evaluation was measured on and holds each against its SHA-256. Throws Ended. */
export async function gatherEvidence(site: Site, { receipt, noiseSeed }: SignedReceipt): Promise<Evidence> {
  const { sha256, n, evaluation, settings } = receipt;
  const model = await site.bytes(`defenses/${receipt.defense}/model.onnx`);
  same("model", model, sha256.model);
  const [x, y] = arrays(await site.bytes(`challenges/${receipt.challenge}/points.npz`), ["x", "y"]);
  const clean = Float32Array.from(x, Number);
  const labels = Uint16Array.from(y, Number);
  same("points", clean, sha256.points);
  same("labels", labels, sha256.labels);
  if (noiseSeed !== null) same("seed of the noise", Buffer.from(noiseSeed, "hex"), settings.noiseSha256);
  const evidence = { receipt, model, x: clean, labels, noiseSeed };
  if (receipt.kind === "clean") return { ...evidence, rows: clean, points: Array.from({ length: n }, (_, i) => i) };
  if (sha256.examples === null) return { ...evidence, rows: new Float32Array(), points: [] };
  const [examples, index] = arrays(await site.bytes(`evaluations/${evaluation}/examples.npz`), ["x_adv", "index"]);
  const rows = Float32Array.from(examples, Number);
  const points = Uint32Array.from(index, Number);
  same("examples", rows, sha256.examples);
  same("points of the examples", points, sha256.index);
  return { ...evidence, rows, points: Array.from(points) };
}

type Numbers = ArrayLike<number | bigint>;

function arrays(npz: Uint8Array, names: [string, string]): [Numbers, Numbers] {
  const read = readNpz(npz, names, { maxBytes: 2 ** 31 });
  const found = read.ok ? names.map((name) => read.arrays.get(name)?.data) : [];
  if (found[0] && found[1]) return [found[0], found[1]];
  throw new Ended(EXIT.failed, "unknown-answer", `The site's archive has no ${names.join(" and ")}.`);
}

/** The machine is little-endian, as everything that Gauntlet runs on. */
function same(what: string, { buffer, byteOffset, byteLength }: ArrayBufferView, expected: string | null): void {
  const found = createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");
  if (found !== expected)
    throw new Ended(
      EXIT.failed,
      "sha256-mismatch",
      `What the site gives as the ${what} is not what was measured: expected SHA-256 ${expected}, found ${found}.`,
    );
}
