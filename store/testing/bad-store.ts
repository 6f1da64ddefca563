import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the store in front of the real one does to a request. */
export type Mischief =
  | "silence" // takes the request and never answers
  | "stall" // sends half of the body and then nothing
  | "cut" // sends half of the body and closes
  | "short" // says that half of the body is all there is
  | "other bytes" // changes one bit of the body
  | "denied" // 403
  | "busy" // 503
  | "gone"; // 404 of the bucket

export interface BadStore {
  endpoint: string;
  /** The next `times` requests meet with this; after them all is well again. */
  next(mischief: Mischief, times?: number): void;
  /** Requests that have come so far. */
  requests(): number;
  close(): void;
}

/** A store on loopback that passes requests on to a real S3 server and spoils the answers it is told to. */
export async function startBadStore(target: string): Promise<BadStore> {
  let plan: Mischief[] = [];
  let requests = 0;
  const server = createServer((incoming, outgoing) => {
    requests++;
    const mischief = plan.shift();
    if (mischief === "silence") incoming.resume();
    else if (mischief === "denied") refuse(outgoing, 403, "AccessDenied");
    else if (mischief === "busy") refuse(outgoing, 503, "SlowDown");
    else if (mischief === "gone") refuse(outgoing, 404, "NoSuchBucket");
    else pass(incoming, outgoing, target, mischief);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next(mischief, times = 1) {
      plan = Array.from({ length: times }, () => mischief);
    },
    requests: () => requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function refuse(outgoing: ServerResponse, status: number, code: string): void {
  outgoing.writeHead(status, { "content-type": "application/xml", connection: "close" });
  outgoing.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>as the test asked</Message></Error>`);
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, target: string, mischief?: Mischief): void {
  const { method, url } = incoming;
  // Answered by the server here already.
  const { expect: _, ...headers } = incoming.headers;
  const upstream = request(new URL(url!, target), { method: method!, headers }, async (answer) => {
    const body = Buffer.concat(await answer.toArray());
    const half = body.subarray(0, body.length >> 1);
    if (mischief === "other bytes" && body.length > 0) body[body.length >> 1]! ^= 1;
    if (mischief === "short")
      outgoing.writeHead(answer.statusCode!, { ...answer.headers, "content-length": half.length });
    else outgoing.writeHead(answer.statusCode!, answer.headers);
    if (mischief === "stall") outgoing.write(half);
    else if (mischief === "cut") outgoing.write(half, () => outgoing.destroy());
    else outgoing.end(mischief === "short" ? half : body);
  });
  upstream.on("error", () => outgoing.destroy());
  incoming.pipe(upstream);
}
