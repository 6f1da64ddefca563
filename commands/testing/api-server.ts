import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { checkout } from "#commands/checkout.ts";
import { PEER_HEADER } from "#data/client-address.ts";

/** The site's API on a port of its own, as programs meet it; pages and Next itself are left out. */
export interface ApiServer {
  url: string;
  close(): Promise<void>;
}

type Answer = (request: Request) => Response | Promise<Response>;

/** Serves the API of the installation that `env` names by now, in this process. */
export async function serveApi(): Promise<ApiServer> {
  const { api } = await import(join(checkout, "app/api/v1/[[...route]]/api.ts"));
  const { GET } = await import(join(checkout, "app/.well-known/gauntlet-key.json/route.ts"));
  const answer: Answer = (request) =>
    new URL(request.url).pathname === "/.well-known/gauntlet-key.json" ? GET() : api.fetch(request);
  const server = createServer((incoming, outgoing) => {
    void Promise.resolve(answer(requestOf(incoming))).then((response) => {
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      if (!response.body) return outgoing.end();
      const body = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
      // Whoever goes away in the middle of an answer takes nothing with them.
      body.on("error", () => outgoing.destroy());
      outgoing.on("close", () => body.destroy());
      return body.pipe(outgoing);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

function requestOf(incoming: IncomingMessage): Request {
  const { method, url, headers, socket } = incoming;
  const given = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  const body = method === "GET" || method === "HEAD" ? null : (Readable.toWeb(incoming) as ReadableStream);
  return new Request(`http://${headers.host}${url}`, {
    ...{ method, body, duplex: "half" },
    headers: [...given, [PEER_HEADER, socket.remoteAddress ?? ""]],
  } as RequestInit);
}
