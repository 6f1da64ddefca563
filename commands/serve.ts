import { once } from "node:events";
import { createServer } from "node:http";
import next from "next";
import { checkout } from "#commands/checkout.ts";
import { env } from "#env.ts";

/**
 * The site's process: Next behind one HTTP server on HOST:PORT. `npm start` starts it with NODE_ENV=production and
 * waits for the message `ready`; `npm run dev` starts it with NODE_ENV=development.
 */
const app = next({ dev: env.NODE_ENV !== "production", dir: checkout, hostname: env.HOST, port: env.PORT });
const handle = app.getRequestHandler();
await app.prepare();

const server = createServer((request, response) => {
  // Next passes on whatever X-Forwarded-For a client sends; this header says who really holds the connection.
  request.headers["x-gauntlet-peer"] = request.socket.remoteAddress;
  return handle(request, response);
});
// A slow line may take its time with a large model; Node would cut it off after five minutes.
server.requestTimeout = 30 * 60 * 1000;
if (env.NODE_ENV !== "production") server.on("upgrade", app.getUpgradeHandler());
server.listen(env.PORT, env.HOST);
await once(server, "listening");

process.on("SIGTERM", () => {
  // Event streams stay open for ever, so after a second they are cut.
  server.close(() => process.exit(0));
  setTimeout(() => server.closeAllConnections(), 1000).unref();
});
process.send?.("ready");
