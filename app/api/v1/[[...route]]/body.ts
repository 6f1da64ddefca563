import { type Outcome, refuse } from "#data/outcome.ts";

/** The request's body, refused as soon as it has more than `most` bytes. */
export async function readBody(request: Request, most: number): Promise<Outcome<{ bytes: Uint8Array }>> {
  const tooLarge = (found: string) =>
    refuse(413, {
      code: "body-too-large",
      message: "The request's body is larger than is read here.",
      expected: `at most ${most} bytes`,
      found,
      fix: "Send fewer inputs at a time, or as .npy.",
    });
  const announced = Number(request.headers.get("content-length") ?? 0);
  if (announced > most) return tooLarge(`${announced} bytes`);
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.length;
    if (length > most) return tooLarge(`more than ${most} bytes`);
    parts.push(part);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { ok: true, bytes };
}
