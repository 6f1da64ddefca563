import dgram from "node:dgram";
import dns from "node:dns";
import inspector from "node:inspector";
import net from "node:net";
import os from "node:os";
import type { Probe } from "./probe.ts";

/** Resolves when `start` calls `reached`; rejects on `denied` or after half a second. */
function outcome(start: (reached: () => void, denied: (error: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    setTimeout(reject, 500, new Error("no answer")).unref();
    start(resolve, reject);
  });
}

function connect(options: net.NetConnectOpts): Promise<void> {
  return outcome((reached, denied) => {
    const socket = net.connect(options, () => {
      socket.destroy();
      reached();
    });
    socket.on("error", denied);
  });
}

function listen(where: net.ListenOptions): Promise<void> {
  return outcome((reached, denied) => {
    const server = net.createServer();
    server.on("error", denied);
    server.listen(where, () => server.close(reached));
  });
}

/** Sockets of every kind. */
export const network: Probe[] = [
  { name: "connect to the host by TCP", attempt: ({ port }) => connect({ port, host: "127.0.0.1" }) },
  { name: "connect to an abstract socket", attempt: ({ socket }) => connect({ path: `\0${socket}` }) },
  { name: "connect to the container engine", attempt: () => connect({ path: "/var/run/docker.sock" }) },
  { name: "connect to the database's socket", attempt: () => connect({ path: "/var/run/postgresql/.s.PGSQL.5432" }) },
  { name: "listen on TCP", attempt: () => listen({ port: 0, host: "127.0.0.1" }) },
  { name: "listen on a Unix socket", attempt: () => listen({ path: `/tmp/gauntlet-probe-${process.pid}.sock` }) },
  { name: "listen on an abstract socket", attempt: () => listen({ path: `\0gauntlet-probe-${process.pid}` }) },
  {
    name: "send a datagram",
    attempt: ({ port }) =>
      outcome((reached, denied) => {
        const socket = dgram.createSocket("udp4");
        socket.on("error", denied);
        socket.send("x", port, "127.0.0.1", (error) => (error ? denied(error) : socket.close(reached)));
      }),
  },
  {
    name: "resolve a name",
    attempt: () => outcome((reached, denied) => dns.lookup("localhost", (e) => (e ? denied(e) : reached()))),
  },
  {
    name: "fetch a page",
    attempt: ({ port }) => fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(500) }),
  },
  {
    name: "open the debugger's port",
    attempt: () => {
      inspector.open(0, "127.0.0.1");
      const open = inspector.url() !== undefined;
      inspector.close();
      return open;
    },
  },
  { name: "see network interfaces", attempt: () => Object.keys(os.networkInterfaces()).length > 0 },
];
