import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Venv, venvWith } from "#commands/testing/python.ts";
import { addChallenge, addDefense } from "#data/testing/entries.ts";
import { openSite, type Site } from "#data/testing/site.ts";

/** Requests a phase and operation, and the run's seed: the same every time. */
const EXAMPLES = "5";
const SEED = "1";
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
  "response_headers_conformance",
  "allow_header_conformance",
].join(",");

let site: Site;
let server: Server;
let venv: Venv;

beforeAll(async () => {
  venv = await venvWith("schemathesis", ["schemathesis==4.32.5"]);
  if (venv.why !== null) return console.log(`Schemathesis is skipped: ${venv.why}`);
  site = await openSite();
  const { db, people } = site;
  const challenge = await addChallenge(db, people.organizer.id, 10);
  await addDefense(db, challenge, people.other.id, 10);
  // As if an evaluator were alive, for all of the run: without one, health is 503 as it should be.
  const seenAt = new Date(Date.now() + 60 * 60_000);
  const node = { id: "node", host: "here", pid: 1, tier: "test", version: "1", ort: "1", cpu: "1", slots: 1, seenAt };
  await db.evaluatorNode.create({ data: node });
  server = await serve();
}, 300_000);
afterAll(async () => {
  server?.close();
  server?.closeAllConnections();
  await site?.close();
});

test("whatever is sent, the API answers as its own document says, and never with a fault", async (context) => {
  if (venv.why !== null) return context.skip();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = [
    "--checks",
    CHECKS,
    "--max-examples",
    EXAMPLES,
    "--seed",
    SEED,
    "--phases",
    "examples,coverage,fuzzing",
  ];
  const { authorization } = site.people.member.token;
  // Streams of events last for as long as what they tell of.
  const about = [
    "--header",
    `Authorization: ${authorization}`,
    "--exclude-path-regex",
    "/events$",
    "--warnings",
    "off",
  ];
  const args = ["run", `${url}/api/v1/openapi.json`, ...options, ...about, "--no-color"];
  const child = spawn(join(venv.folder, "bin/st"), args, { stdio: ["ignore", "pipe", "pipe"], cwd: site.folder });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "exit");
  expect(code, output.slice(0, 8000)).toBe(0);
}, 300_000);

/** The API alone behind an HTTP server: what Next puts before it is not what is tested. */
async function serve(): Promise<Server> {
  const { api } = await import("./api.ts");
  const listening = createServer(async (incoming, outgoing) => {
    const { method = "GET", url } = incoming;
    // Next answers these itself.
    if (["TRACE", "CONNECT", "QUERY"].includes(method)) return outgoing.writeHead(405).end();
    const body = ["GET", "HEAD"].includes(method) ? null : (Readable.toWeb(incoming) as ReadableStream);
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const request = new Request(`http://127.0.0.1${url}`, { method, headers, body, duplex: "half" } as RequestInit);
    const answer = await api.fetch(request);
    outgoing.writeHead(answer.status, [...answer.headers].flat());
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  return listening;
}
