import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";

const agent = new Agent({ keepAlive: true });

/** Sends a multipart form with one file; `sentAt` is when its last byte had been handed to the kernel (Date.now()). */
export async function sendForm(
  url: string,
  token: string,
  form: { fields: Record<string, string>; file: { field: string; name: string; bytes: Uint8Array } },
): Promise<{ sentAt: number; body: unknown }> {
  const boundary = "gauntlet-bench-boundary";
  const part = (disposition: string) => `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n`;
  const fields = Object.entries(form.fields).map(([name, value]) => `${part(`name="${name}"`)}${value}\r\n`);
  const head = `${fields.join("")}${part(`name="${form.file.field}"; filename="${form.file.name}"`)}`;
  const body = Buffer.concat([Buffer.from(head), form.file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const sending = request(url, {
    ...{ method: "POST", agent },
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": body.length,
    },
  });
  let sentAt = 0;
  sending.end(body, () => {
    sentAt = Date.now();
  });
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  const text = await textOf(response);
  if (response.statusCode !== 201) throw new Error(`POST ${url}: ${response.statusCode} ${text}`);
  return { sentAt, body: JSON.parse(text) };
}

/** Reads JSON; throws on any status but 200. */
export async function readJson(url: string, token?: string): Promise<unknown> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const sending = request(url, { agent, headers }).end();
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  const text = await textOf(response);
  if (response.statusCode !== 200) throw new Error(`GET ${url}: ${response.statusCode} ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

/** Milliseconds from asking for `url` to the first byte of its body, and to the last. Throws on any status but 200. */
export async function timeGet(url: string): Promise<{ first: number; last: number; bytes: number }> {
  const began = performance.now();
  const sending = request(url, { agent }).end();
  const [response] = (await once(sending, "response")) as [IncomingMessage];
  let first = Number.NaN;
  let bytes = 0;
  for await (const chunk of response) {
    if (bytes === 0) first = performance.now() - began;
    bytes += (chunk as Buffer).length;
  }
  if (response.statusCode !== 200) throw new Error(`GET ${url}: ${response.statusCode}`);
  return { first, last: performance.now() - began, bytes };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
